package io.quorate.raft.planted;

/** Breaks the rule that time comes in as an input. */
public final class ReadsTheClock {
    public long now() {
        return System.nanoTime();
    }
}
