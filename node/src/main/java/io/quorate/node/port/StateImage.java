package io.quorate.node.port;

/**
 * The state of a {@link StateMachine} at one index, which nothing applied later changes. It is made where commands are applied,
 * at once, and written out piece by piece on another thread meanwhile: so it must share nothing with the machine that the
 * machine changes in place.
 *
 * <p>Equal states must write equal blocks, wherever they are: members are compared by their snapshots.
 */
public interface StateImage extends AutoCloseable {
    /**
     * Writes the next piece: at most one block, in at most some milliseconds. Called by one thread at a time.
     *
     * @return whether there is more; no call follows a false. A state without content may write no block
     */
    boolean writeNext(BlockSink sink);

    /** Called once, when all is written or none of it is wanted any more, on any thread. */
    @Override
    default void close() {}
}
