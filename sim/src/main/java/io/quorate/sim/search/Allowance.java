package io.quorate.sim.search;

/** What may happen only so often in one run, so that the search ends; how often it did is eight bits of one number. */
public enum Allowance {
    /** An election timeout fires on a member that does not lead. */
    TIMEOUT(0),
    /** A follower counts its leader as gone; a leader hears no quorum. */
    SILENCE(8),
    HEARTBEAT(16),
    /** A client's command, taken by a leader. */
    PROPOSAL(24),
    /** A linearizable read, on any member. */
    READ(32),
    /** A crash, with the restart that follows. */
    CRASH(40),
    /** A message is lost. One that is never delivered does as much, so this adds worlds, and no behaviour. */
    DROP(48),
    /** A message is delivered, and stays under way. */
    DUPLICATE(56);

    static final int MOST = 255;

    /** Where its eight bits begin. */
    private final int shift;

    Allowance(int shift) {
        this.shift = shift;
    }

    int spentOf(long spent) {
        return (int) (spent >>> shift) & MOST;
    }

    long spend(long spent) {
        return spent + (1L << shift);
    }
}
