package io.quorate.node.port;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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

    /**
     * The state as it is now, in a form that later commands do not change, so that it can be written out while they are
     * applied. Called between two commands, where they are applied, and must not take longer than one.
     *
     * @return null if this machine cannot be saved: then its log grows without end, and a member that lags or is new gets
     *     all of it
     */
    default @Nullable StateImage image() {
        return null;
    }

    /**
     * Begins to build a state from what {@link #image} wrote, here or on another member. Called where commands are applied;
     * what is given back is fed from another thread.
     *
     * @throws UnsupportedOperationException if the machine has no images
     */
    default StateRestore restore() {
        throw new UnsupportedOperationException(getClass().getName() + " has no images to restore from");
    }

    /**
     * The bytes of a result, to be kept and told to whoever proposes the command again with the same {@link
     * io.quorate.node.IdempotencyKey}, on any member. Equal results must give equal bytes. Called where commands with a key are applied,
     * so it must cost no more for a result that is far longer.
     *
     * @param mostBytes what is longer is not kept; the same on all members
     * @return null: not kept. The command is applied once all the same, and a retry is told that it was, without the result
     */
    default byte @Nullable [] saveResult(R result, int mostBytes) {
        return null;
    }

    /** The result in bytes that {@link #saveResult} gave, here or on another member. */
    default R loadResult(byte[] saved) {
        throw new UnsupportedOperationException(getClass().getName() + " saves no results");
    }

    /**
     * A digest of what the last command did to the state, by which members find out that one of them is in another state than the
     * others. Called once behind each command that was applied, where they are applied. The more it covers the more is found:
     * what was there before and decided the result, and what is there now, with a good 64-bit hash over both. It must be a
     * function of the state and the command alone, the same on every member and in every build that ever runs beside another: a member
     * that counts otherwise is told that its state is wrong, and serves nothing any more.
     *
     * @param result of that command
     * @return by default 0: then no state is compared, only which entries were applied
     */
    default long effect(R result) {
        return 0;
    }

    /**
     * Asks the machine to report the keys that each command touches, from the next one on. It must then report all of them,
     * or filters would say of a key that was written that it was not. Costs nothing while nobody asks. Called before the first
     * command.
     *
     * @return whether it does; false: this machine knows no keys
     */
    default boolean reportTo(TouchedKeys listener) {
        return false;
    }
}
