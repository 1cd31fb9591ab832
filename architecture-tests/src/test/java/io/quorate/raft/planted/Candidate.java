package io.quorate.raft.planted;

/** The role that {@link Follower} must not know. */
public final class Candidate {}
