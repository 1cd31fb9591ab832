package io.quorate.testkit;

import io.quorate.sim.history.SequentialModel;
import org.jspecify.annotations.Nullable;

/** The user's model, for requests of which it is known whether they read: reads come from {@link Simulation#reads}. */
record AskedModel<S, C, R>(SequentialModel<S, C, R> model) implements SequentialModel<S, Asked<C>, R> {
    @Override
    public S initial() {
        return model.initial();
    }

    @Override
    public @Nullable S step(S state, Asked<C> asked, @Nullable R result) {
        return model.step(state, asked.request(), result);
    }

    @Override
    public Object partition(Asked<C> asked) {
        return model.partition(asked.request());
    }

    @Override
    public boolean isRead(Asked<C> asked) {
        return asked.isRead() || model.isRead(asked.request());
    }
}
