package io.quorate.sim.search;

/** What may happen only so often in one run, so that the search ends; how often it did is eight bits of one number. */
public enum Allowance {
    /** An election timeout fires on a member that does not lead. */
    TIMEOUT,
    /** A follower counts its leader as gone; a leader hears no quorum. */
    SILENCE,
    HEARTBEAT,
    /** A client's command, taken by a leader. */
    PROPOSAL,
    /** A linearizable read, on any member. */
    READ,
    /** A crash, with the restart that follows. */
    CRASH,
    /** A message is lost. One that is never delivered does as much, so this adds worlds, and no behaviour. */
    DROP,
    /** A message is delivered, and stays under way. */
    DUPLICATE;

    static final int MOST = 255;

    int spentOf(long spent) {
        return (int) (spent >>> shift()) & MOST;
    }

    long spend(long spent) {
        return spent + (1L << shift());
    }

    private int shift() {
        return 8 * ordinal();
    }
}
