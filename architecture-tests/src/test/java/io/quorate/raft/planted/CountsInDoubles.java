package io.quorate.raft.planted;

/** Breaks the rules on exact numbers and on locks. */
public final class CountsInDoubles {
    private double share;

    public synchronized double share() {
        share += 0.1;
        return share;
    }
}
