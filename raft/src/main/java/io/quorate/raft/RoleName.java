package io.quorate.raft;

/** Names of the roles; PRE_CANDIDATE is a candidate that has not yet taken a new term (thesis 9.6). */
public enum RoleName {
    FOLLOWER,
    PRE_CANDIDATE,
    CANDIDATE,
    LEADER
}
