package io.quorate.node.port;

import java.nio.ByteBuffer;

/**
 * The replicated logic: equal commands in equal order must give equal states and results on every member, so it may use no
 * clock, no randomness, no hash order. Called by one thread at a time.
 *
 * @param <R> what {@link #apply} gives to whoever proposed the command
 */
public interface StateMachine<R> {
    /**
     * Applies one committed command. Must not throw on any bytes that a client could propose: an exception stops the node.
     *
     * @param index its position in the log; rises, with gaps where entries are not commands
     * @param term its term
     * @param command read-only, big endian whatever order it was proposed in, valid during the call
     */
    R apply(long index, long term, ByteBuffer command);

    /** Whether {@link #apply} never takes longer than some microseconds: then it runs on the node's loop. */
    default boolean isQuick() {
        return false;
    }
}
