package io.quorate.node;

/**
 * Hears how proposals end, on the node's loop, in the order of the log for those that were appended. Must not block, must not
 * throw. Exactly one method is called, once, for each proposal that {@link RaftNode#propose(java.nio.ByteBuffer, long,
 * ProposalListener)} took.
 *
 * @param <R> result of the state machine
 */
public interface ProposalListener<R> {
    void applied(long token, R result, long index, long term);

    void refused(long token, Refused<R> refused);

    void unknown(long token, Unknown<R> unknown);
}
