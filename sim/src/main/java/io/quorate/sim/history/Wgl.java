package io.quorate.sim.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Is a history linearizable: is there one order of its operations, each between its call and its end, in which a
 * sequential object would have given the same answers? The search of Wing and Gong ("Testing and verifying concurrent
 * objects", 1993) with the memory of Lowe ("Testing for linearizability", 2017): a set of placed operations and the
 * state they lead to are tried once. Independent parts are searched each alone (Horn and Kroening, "Faster
 * linearizability checking via P-compositionality", 2015).
 *
 * <p>For any {@link SequentialModel}. The work can grow exponentially with the operations that are open at one time,
 * above all with those of unknown outcome, which stay open for ever. So it is bounded, and a search that reaches the
 * bound has failed.
 */
public final class Wgl {
    /** Enough for thousands of operations of which some ten are open at a time; some hundred megabytes at most. */
    public static final long DEFAULT_MAX_STEPS = 2_000_000;

    private Wgl() {}

    /** What the search found. */
    public enum Verdict {
        /** There is such an order. */
        LINEARIZABLE,
        /** There is none. */
        NOT_LINEARIZABLE,
        /** The bound was reached first. Nothing is known, which is a failure: what was not checked has not passed. */
        UNDECIDED
    }

    /**
     * The verdict and what it rests on.
     *
     * @param steps how often the model was asked
     * @param prefix if linearizable, the order that was found, one independent part after the other; else as many
     *     operations of the part that failed as could be placed, in their order
     * @param stuck the operation that had ended and could not be placed after those; null if the history is
     *     linearizable, or undecided before anything was in the way
     * @param state the model's state after the prefix, as text
     */
    public record Report<I, O>(
            Verdict verdict,
            long steps,
            List<Operation<I, O>> prefix,
            @Nullable Operation<I, O> stuck,
            String state) {
        public Report {
            prefix = List.copyOf(prefix);
        }

        /** Whether the history is known to be linearizable. */
        public boolean passed() {
            return verdict == Verdict.LINEARIZABLE;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder()
                    .append(verdict)
                    .append(" after ")
                    .append(steps)
                    .append(" steps");
            if (!passed()) {
                text.append("; at most these can be placed, in this order:");
                for (Operation<I, O> operation : prefix) {
                    text.append("\n  ").append(operation);
                }
                text.append("\nthe state is then ").append(state);
                text.append("\nand there is no place for\n  ").append(stuck);
            }
            return text.toString();
        }
    }

    /** As {@link #check(History, SequentialModel, long)}, with the default bound. */
    public static <S, I, O> Report<I, O> check(History<I, O> history, SequentialModel<S, I, O> model) {
        return check(history, model, DEFAULT_MAX_STEPS);
    }

    /**
     * Checks a history.
     *
     * @param maxSteps how often the model may be asked, over all parts together
     */
    public static <S, I, O> Report<I, O> check(History<I, O> history, SequentialModel<S, I, O> model, long maxSteps) {
        if (maxSteps < 0) {
            throw new IllegalArgumentException("a bound is no less than 0, not " + maxSteps);
        }
        long steps = 0;
        List<Operation<I, O>> order = new ArrayList<>();
        String state = "";
        for (List<Operation<I, O>> part : parts(history, model)) {
            WglSearch<S, I, O> search = new WglSearch<>(model, part);
            Verdict verdict = search.run(maxSteps - steps);
            steps += search.steps();
            state = search.stateWhenStuck().toString();
            if (verdict != Verdict.LINEARIZABLE) {
                return new Report<>(verdict, steps, search.longest(), search.stuck(), state);
            }
            order.addAll(search.longest());
        }
        return new Report<>(Verdict.LINEARIZABLE, steps, order, null, state);
    }

    /** In the order of each part's first operation. */
    private static <S, I, O> Iterable<List<Operation<I, O>>> parts(
            History<I, O> history, SequentialModel<S, I, O> model) {
        Map<Object, List<Operation<I, O>>> parts = new LinkedHashMap<>();
        for (Operation<I, O> operation : history.operations()) {
            if (operation.outcome() != Outcome.REFUSED) {
                Object key = model.partition(operation.input());
                parts.computeIfAbsent(key, absent -> new ArrayList<>()).add(operation);
            }
        }
        return parts.values();
    }
}
