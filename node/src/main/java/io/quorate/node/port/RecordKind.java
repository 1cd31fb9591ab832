package io.quorate.node.port;

import org.jspecify.annotations.Nullable;

/** What a record is; the code is its byte on disk and wire. A code not listed is refused with its number, never skipped. */
public enum RecordKind {
    ENTRY(1),
    MEMBERSHIP(2),
    NO_OP(3),
    HARD_STATE(4),
    TRUNCATE_FROM(5),
    SNAPSHOT_MARK(6),
    GROUP(7),
    DAMAGE(8),
    /** What the states of a majority were at an index: {@link StateHashCodec}. */
    STATE_HASH(9);

    private static final RecordKind[] BY_CODE = new RecordKind[256];

    static {
        for (RecordKind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final byte code;

    RecordKind(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }

    /** Whether it holds an entry of the replicated log; only these come from a peer. */
    public boolean isLogEntry() {
        return this == ENTRY || this == MEMBERSHIP || this == NO_OP || this == STATE_HASH;
    }

    /** @return null for an unknown code */
    public static @Nullable RecordKind of(byte code) {
        return BY_CODE[code & 0xff];
    }
}
