package io.quorate.sim.search;

import io.quorate.raft.HardState;

/** The promises of a driver to its core, see {@link io.quorate.raft.Effects}; tests break them to see the search find it. */
interface Contract {
    /** As it is written down there. */
    Contract KEPT = new Contract() {};

    /** Whether a message may leave, by the write that it waits for and the last one that is persisted. */
    default boolean mayLeave(long afterWrite, long persistedWrite) {
        return afterWrite <= persistedWrite;
    }

    /** The disk when the core is told that this write is on it. */
    default Disk flushed(Disk disk, PendingWrite write) {
        return disk.after(write);
    }

    /** What a member that starts again is told of its term and vote. */
    default HardState remembered(HardState durable) {
        return durable;
    }
}
