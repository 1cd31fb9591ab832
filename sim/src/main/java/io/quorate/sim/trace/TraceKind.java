package io.quorate.sim.trace;

import org.jspecify.annotations.Nullable;

/** What an event of a trace tells; {@code docs/trace-format.md} lists the numbers and texts of each. Codes never change. */
public enum TraceKind {
    END(0),
    FAULT_BEGAN(1),
    FAULT_ENDED(2),
    STARTED(3),
    ENDED(4),
    TOLD(5),
    DRAINED(6),
    SENT(7),
    DELIVERED(8),
    LOST(9),
    FLUSHED(10),
    APPLIED(11),
    ASKED(12),
    ANSWERED(13),
    VIOLATED(14),
    INTERVENED(15);

    private final int code;

    TraceKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Null for one of a later build: readers leave it out. */
    static @Nullable TraceKind of(long code) {
        for (TraceKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }
}
