package io.quorate.sim.history;

import org.jspecify.annotations.Nullable;

/**
 * What an object does when its operations come one after another: what {@link Wgl} holds a history against.
 *
 * @param <S> the state: an immutable value with equals and hashCode
 * @param <I> a request
 * @param <O> its answer
 */
public interface SequentialModel<S, I, O> {
    /** The state before the first operation. */
    S initial();

    /**
     * The state after an operation, or null if the object in this state would not have answered so.
     *
     * @param output null if nobody saw the answer: any will do, and the effect is that of the request
     */
    @Nullable
    S step(S state, I input, @Nullable O output);

    /**
     * Whether a request leaves the object as it is, whatever the answer. Where such a one fits and leaves the model's state
     * equal, it takes its place for good, which saves the search from trying it later as well. False is always right, and only
     * slower; true for a request that changes something makes the search call right histories wrong.
     */
    default boolean isRead(I input) {
        return false;
    }

    /**
     * The independent part of the object that a request concerns (say, a register's key): parts are checked each alone,
     * from {@link #initial}, which saves most of the search. Only for requests that neither see nor touch more than one
     * part.
     *
     * @return a value with equals and hashCode
     */
    default Object partition(I input) {
        return "";
    }
}
