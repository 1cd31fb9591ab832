package io.quorate.raft;

/** What an entry of the replicated log is; only a {@link #COMMAND} reaches the state machine. */
public enum EntryKind {
    COMMAND,
    MEMBERSHIP,
    /** What a leader appends at the start of its term, so that it may commit (thesis 6.4). */
    NO_OP
}
