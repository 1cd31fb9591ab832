package io.quorate.raft;

/** Why a proposal or a read was refused; nothing of it happened. */
public enum Refusal {
    /** This member does not lead; {@link Raft#leader()} names who does, if it knows. */
    NOT_LEADER,
    /** The ring of entries that are not yet persisted, applied and sent everywhere is full: try again later. */
    OVERLOADED,
    /** The record is larger than the ring may ever hold or a frame may carry. */
    TOO_LARGE,
    /** The disk has no room. Only the driver knows that, so the core never says it. */
    NO_SPACE,
    /** The leadership is being handed over: the next leader will take it, or this one again, within an election timeout. */
    TRANSFERRING;

    private static final Refusal[] VALUES = values();

    /** What {@link Raft#propose} returns for this: -1 for the first, -2 for the second, …; an index is never negative. */
    @SuppressWarnings("EnumOrdinal") // The order above is part of the contract.
    public long code() {
        return -1L - ordinal();
    }

    /** The refusal that a negative answer of {@link Raft#propose} stands for. */
    public static Refusal ofCode(long code) {
        return VALUES[(int) (-1 - code)];
    }
}
