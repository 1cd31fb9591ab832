package io.quorate.node.port;

import java.nio.ByteBuffer;

/**
 * A state machine that is quick because it cuts long commands into slices: on the node's loop, one slice of a long command is
 * done in a turn, so that heartbeats and votes never wait for all of it. How a command is cut must not show in states and
 * results, and reads between two slices see the state before it. A crash between two slices is like any other: the command is
 * applied again, from its beginning, by the next life.
 *
 * @param <R> what a command gives to whoever proposed it
 */
public interface SlicedStateMachine<R> extends StateMachine<R> {
    /**
     * Begins a committed command and does its first slice: see {@link #apply}.
     *
     * @return whether the command is finished
     */
    boolean begin(long index, long term, ByteBuffer command);

    /**
     * Does the next slice of the command that is not finished.
     *
     * @return whether it is finished now
     */
    boolean goOn();

    /** What the command that was finished last has given. */
    R result();

    /** All slices at once. */
    @Override
    default R apply(long index, long term, ByteBuffer command) {
        boolean finished = begin(index, term, command);
        while (!finished) {
            finished = goOn();
        }
        return result();
    }

    @Override
    default boolean isQuick() {
        return true;
    }
}
