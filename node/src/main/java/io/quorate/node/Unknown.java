package io.quorate.node;

/**
 * It cannot be known here whether the command was, or will be, applied. Ask the state before trying again.
 *
 * @param reason why
 */
public record Unknown<R>(Reason reason) implements Outcome<R> {
    public enum Reason {
        /** It was not decided within {@link RaftOptions#requestTimeoutMillis()}: no majority, or leadership was lost. */
        TIMED_OUT,
        /** It was forwarded, and the connection to the leader broke before an answer came. */
        LEADER_LOST,
        /** Its position was passed by a snapshot of another member, which does not tell what stood there. */
        PASSED_BY_SNAPSHOT,
        /** The node was closed, or failed, before it was decided. */
        STOPPED
    }
}
