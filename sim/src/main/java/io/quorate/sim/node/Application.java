package io.quorate.sim.node;

import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;

/**
 * What the members of one run replicate, what its clients ask, and what must be true of the answers. It hears everything that
 * it needs to judge them, in the order in which it happened, and throws a {@link io.quorate.sim.core.Violation} where
 * something is not as it must be. Times are virtual nanoseconds.
 */
public interface Application {
    /** No command of an operation is longer: frames and segments of a run are small, so that rare paths are common. */
    int MAX_COMMAND_BYTES = 640;

    /** In its first state, for one life of a member. */
    Replica replica();

    /** The bytes that a client proposes for an operation that writes. */
    ByteBuffer command(Operation operation);

    /** The same for one of several attempts, from 1: each but the last was refused. They may, but need not, differ. */
    default ByteBuffer command(Operation operation, int attempt) {
        return command(operation);
    }

    /** The number of the operation that a command was made for. */
    int operationOf(byte[] command);

    /** Somebody was the first to apply an index. */
    void applied(long index, long term, byte[] command, Reply reply);

    /** An attempt at an operation begins; the last one at it has ended. */
    default void called(Operation operation, int attempt, long now) {}

    /** It was refused; the operation may be tried again. */
    default void attemptRefused(Operation operation, long now) {}

    void done(Operation operation, long began, long ended, Reply reply);

    /** It was refused for good: it never happened. */
    void refused(Operation operation);

    /** It began, and nobody knows whether it happened. */
    void unknown(Operation operation, long began);

    /** All is well and every member has applied the same: what was heard so far must be true. Called more than once. */
    void check();
}
