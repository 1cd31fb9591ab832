package io.quorate.raft;

/** What an entry of the replicated log is; only a {@link #COMMAND} reaches the state machine; the core looks into memberships alone. */
public enum EntryKind {
    COMMAND,
    MEMBERSHIP,
    /** What a leader appends at the start of its term, so that it may commit (thesis 6.4). */
    NO_OP,
    /** What a majority of the members' states were at an index, for the driver to compare. */
    STATE_HASH
}
