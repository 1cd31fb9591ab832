package io.quorate.sim.history;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search of {@link Wgl} over one part of a history. It walks along the calls; each is placed next, if the model
 * allows it, and taken out of the list, and the walk starts anew. An end that it meets belongs to an operation that
 * should have been placed by then: the last placed one is taken back, and the walk goes on behind its call. A read is
 * never in the way of what is placed after it, so nothing is gained by going on without it: it goes back with the
 * operation before.
 */
final class WglSearch<S, I, O> {
    private final SequentialModel<S, I, O> model;
    private final List<Operation<I, O>> operations;
    private final EventList events;
    private final LinearizedSet linearized;

    /**
     * What was reached before, and therefore leads nowhere. Only ever asked whether it holds something, never walked.
     */
    private final Set<Configuration<S>> seen = new LinkedHashSet<>();

    /** The operations placed, in their order, and the state before each. */
    private final List<Placed<S>> order = new ArrayList<>();

    private S state;

    /** How many operations that returned are still to be placed; those of unknown outcome may stay out. */
    private int required;

    private long steps;
    private List<Operation<I, O>> longest = List.of();
    private @Nullable Operation<I, O> stuck;
    private S stateWhenStuck;

    private record Placed<S>(int operation, S before) {}

    private record Configuration<S>(LinearizedSet.Key linearized, S state) {}

    /** Refused operations are not among these: they never happened. */
    WglSearch(SequentialModel<S, I, O> model, List<Operation<I, O>> operations) {
        this.model = model;
        // Those without an answer go last, so that one never placed does not keep the words before it from being full.
        this.operations = new ArrayList<>(operations.size());
        addAll(operations, true);
        required = this.operations.size();
        addAll(operations, false);
        events = new EventList(this.operations, History.events(this.operations));
        linearized = new LinearizedSet(operations.size());
        state = model.initial();
        stateWhenStuck = state;
    }

    private void addAll(List<Operation<I, O>> from, boolean returned) {
        for (Operation<I, O> operation : from) {
            if (operation.hasReturned() == returned) {
                operations.add(operation);
            }
        }
    }

    Wgl.Verdict run(long maxSteps) {
        int slot = events.first();
        while (required > 0) { // so that an end is still ahead in the list
            int operation = events.operationAt(slot);
            if (events.isEnd(slot)) {
                noteHowFar(operation);
                int back = takeBackChoice();
                if (back < 0) {
                    return Wgl.Verdict.NOT_LINEARIZABLE;
                }
                slot = events.after(events.callOf(back));
            } else if (steps == maxSteps) {
                return Wgl.Verdict.UNDECIDED;
            } else {
                slot = place(operation) ? events.first() : events.after(slot);
            }
        }
        longest = placed();
        stateWhenStuck = state;
        stuck = null;
        return Wgl.Verdict.LINEARIZABLE;
    }

    private boolean place(int index) {
        Operation<I, O> operation = operations.get(index);
        steps++;
        S after = model.step(state, operation.input(), operation.output());
        if (after == null || (!operation.hasReturned() && after.equals(state))) {
            return false; // what need not be placed and changes nothing helps nobody
        }
        linearized.add(index);
        if (!seen.add(new Configuration<>(linearized.key(), after))) {
            linearized.remove(index);
            return false;
        }
        order.add(new Placed<>(index, state));
        state = after;
        required -= operation.hasReturned() ? 1 : 0;
        events.takeOut(index);
        return true;
    }

    /**
     * Takes back the last operation that others could have gone before, and the reads behind it; -1 if there is none. A read that
     * narrowed down which state it is in is no read here: it excludes what others might have needed.
     */
    private int takeBackChoice() {
        while (!order.isEmpty()) {
            S after = state;
            int operation = takeBack();
            if (!model.isRead(operations.get(operation).input()) || !after.equals(state)) {
                return operation;
            }
        }
        return -1;
    }

    private int takeBack() {
        Placed<S> last = order.remove(order.size() - 1);
        state = last.before();
        linearized.remove(last.operation());
        required += operations.get(last.operation()).hasReturned() ? 1 : 0;
        events.putBack(last.operation());
        return last.operation();
    }

    private void noteHowFar(int blocking) {
        if (stuck == null || order.size() > longest.size()) {
            longest = placed();
            stuck = operations.get(blocking);
            stateWhenStuck = state;
        }
    }

    private List<Operation<I, O>> placed() {
        List<Operation<I, O>> inOrder = new ArrayList<>(order.size());
        for (Placed<S> one : order) {
            inOrder.add(operations.get(one.operation()));
        }
        return inOrder;
    }

    long steps() {
        return steps;
    }

    /** As many operations as could be placed, in an order that explains them. */
    List<Operation<I, O>> longest() {
        return longest;
    }

    /** The operation that ended and could not be placed after those; null if nothing was in the way yet. */
    @Nullable
    Operation<I, O> stuck() {
        return stuck;
    }

    S stateWhenStuck() {
        return stateWhenStuck;
    }
}
