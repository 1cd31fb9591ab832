package io.quorate.raft;

/** Why a proposal or a read was refused; nothing of it happened. */
public enum Refusal {
    /** This member does not lead; {@link Raft#leader()} names who does, if it knows. */
    NOT_LEADER,
    /** The ring of entries that are not yet persisted, applied and sent everywhere is full: try again later. */
    OVERLOADED,
    /** The record is larger than the ring may ever hold or a frame may carry. */
    TOO_LARGE
}
