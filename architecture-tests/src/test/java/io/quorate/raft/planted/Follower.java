package io.quorate.raft.planted;

/** A role that knows another. */
public final class Follower {
    public Candidate next() {
        return new Candidate();
    }
}
