package io.quorate.sim.node;

/** What a run's hash tells apart. */
enum EventKind {
    BYTES(1),
    DISK(2),
    STARTED(3),
    ENDED(4),
    ASKED(5),
    ANSWERED(6),
    APPLIED(7),
    FAULT(8),
    INTERVENED(9);

    private final int code;

    EventKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
