package io.quorate.sim.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The oracle: the definition of linearizability, tried out over all orders of a handful of operations. */
final class Permutations {
    private Permutations() {}

    /** Against a model: what returned, with any part of what is unknown, in any order. */
    static <S, I, O> boolean isLinearizable(List<Operation<I, O>> operations, SequentialModel<S, I, O> model) {
        List<Operation<I, O>> unknown = new ArrayList<>();
        List<Operation<I, O>> returned = new ArrayList<>();
        for (Operation<I, O> operation : operations) {
            if (operation.outcome() == Outcome.UNKNOWN) {
                unknown.add(operation);
            } else if (operation.outcome() == Outcome.RETURNED) {
                returned.add(operation);
            }
        }
        for (int subset = 0; subset < 1 << unknown.size(); subset++) {
            List<Operation<I, O>> chosen = new ArrayList<>(returned);
            for (int i = 0; i < unknown.size(); i++) {
                if ((subset & (1 << i)) != 0) {
                    chosen.add(unknown.get(i));
                }
            }
            if (anyOrder(chosen, 0, order -> replays(order, model))) {
                return true;
            }
        }
        return false;
    }

    /** Against a log: everything that returned or is in the log, in an order that leaves exactly this log behind. */
    static boolean isExplained(KvRun run) {
        List<Operation<KvRequest, KvResponse>> happened = new ArrayList<>();
        for (Operation<KvRequest, KvResponse> operation : run.operations()) {
            if (operation.hasReturned() || (operation.outcome() == Outcome.UNKNOWN && run.isInLog(operation))) {
                happened.add(operation);
            }
        }
        return anyOrder(happened, 0, order -> leavesLog(order, run.log()));
    }

    private static boolean leavesLog(List<Operation<KvRequest, KvResponse>> order, List<KvCommit> log) {
        PlainKv store = new PlainKv();
        for (Operation<KvRequest, KvResponse> operation : order) {
            KvResponse told = operation.output();
            PlainKv asked = store;
            if (told != null && operation.input().isSerializable()) {
                if (told.revision() < 1 || told.revision() > store.revision()) {
                    return false;
                }
                asked = store.at(told.revision());
            }
            KvResponse right = asked.apply(operation.input(), operation.id());
            if (told != null && !told.equals(right)) {
                return false;
            }
        }
        return store.log.equals(log);
    }

    /** Whether an order is one that time allows and the model explains. */
    static <S, I, O> boolean replays(List<Operation<I, O>> order, SequentialModel<S, I, O> model) {
        if (!keepsToTime(order)) {
            return false;
        }
        S state = model.initial();
        for (Operation<I, O> operation : order) {
            S next = model.step(state, operation.input(), operation.output());
            if (next == null) {
                return false;
            }
            state = next;
        }
        return true;
    }

    private static <I, O> boolean keepsToTime(List<Operation<I, O>> order) {
        for (int late = 1; late < order.size(); late++) {
            for (int early = 0; early < late; early++) {
                if (order.get(late).precedes(order.get(early))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static <I, O> boolean anyOrder(
            List<Operation<I, O>> operations, int fixed, Predicate<List<Operation<I, O>>> test) {
        if (fixed == operations.size()) {
            return keepsToTime(operations) && test.test(operations);
        }
        for (int i = fixed; i < operations.size(); i++) {
            List<Operation<I, O>> swapped = new ArrayList<>(operations);
            swapped.set(fixed, operations.get(i));
            swapped.set(i, operations.get(fixed));
            if (anyOrder(swapped, fixed + 1, test)) {
                return true;
            }
        }
        return false;
    }
}
