package io.quorate.testkit;

import io.quorate.sim.history.SequentialModel;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A model that gives exactly one answer to each request. */
record PlainModel<S, I, O>(S initial, BiFunction<S, I, S> next, BiFunction<S, I, O> answer)
        implements SequentialModel<S, I, O> {
    @Override
    public @Nullable S step(S state, I input, @Nullable O output) {
        boolean fits = output == null || Objects.deepEquals(output, answer.apply(state, input));
        return fits ? next.apply(state, input) : null;
    }
}
