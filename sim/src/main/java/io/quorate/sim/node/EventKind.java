package io.quorate.sim.node;

/** What a run's hash tells apart. */
enum EventKind {
    BYTES,
    DISK,
    STARTED,
    ENDED,
    ASKED,
    ANSWERED,
    APPLIED,
    FAULT
}
