package io.quorate.sim.core;

/**
 * One request of one client. A client sends its requests one after another, each not before its time.
 *
 * @param number of the operation in its script, from 1: also what a write writes, so that every value is unique
 * @param expected for a compare-and-set the number of the operation whose value must be there, 0 for none; else 0
 */
public record Operation(int number, Kind kind, long atNanos, int client, int key, int expected) {
    public enum Kind {
        PUT,
        /** Removes the key. */
        DELETE,
        /** Puts if the key holds what is expected, else reads it. */
        COMPARE_AND_SET,
        /** Linearizable. */
        READ,
        /** From whatever member is asked, as it is. */
        STALE_READ
    }

    public boolean isWrite() {
        return kind != Kind.READ && kind != Kind.STALE_READ;
    }
}
