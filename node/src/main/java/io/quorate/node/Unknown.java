package io.quorate.node;

/**
 * It cannot be known here whether the command was, or will be, applied. Ask the state before trying again.
 *
 * @param reason why
 */
public record Unknown<R>(Reason reason) implements Outcome<R> {
    /** Whether proposing again with the same {@link IdempotencyKey} may tell what became of it. */
    public boolean mayAskAgain() {
        return switch (reason) {
            case TIMED_OUT, LEADER_LOST, PASSED_BY_SNAPSHOT -> true;
            // A stopped node, or one that serves no more: another one may.
            case KEY_FORGOTTEN, ANSWER_NOT_KEPT, STATE_DIFFERS, STOPPED -> false;
        };
    }

    public enum Reason {
        /** It was not decided within {@link RaftOptions#requestTimeoutMillis()}: no majority, or leadership was lost. */
        TIMED_OUT,
        /** It was forwarded, and the connection to the leader broke before an answer came. */
        LEADER_LOST,
        /** Its position was passed by a snapshot of another member, which does not tell what stood there. */
        PASSED_BY_SNAPSHOT,
        /**
         * Its {@link IdempotencyKey} is older than all that are remembered. It was not applied now; whether it was before is not known
         * any more, and asking again will not help.
         */
        KEY_FORGOTTEN,
        /** It was applied, once, at an earlier attempt. What it gave was not kept: it was long, or the state machine saves no results. */
        ANSWER_NOT_KEPT,
        /**
         * It was applied, or will be, but this member's state machine is not in the state in which those of a majority are: what it gives
         * is not told.
         */
        STATE_DIFFERS,
        /** The node was closed, or failed, before it was decided. */
        STOPPED
    }
}
