package io.quorate.sim.history;

import java.util.Arrays;
import java.util.List;

/** All operations of a run, in the order of their calls: what a {@link HistoryRecorder} saw. Immutable. */
public final class History<I, O> {
    private final List<Operation<I, O>> operations;

    History(List<Operation<I, O>> operations) {
        this.operations = List.copyOf(operations);
    }

    /** Each at the index that is its id. */
    public List<Operation<I, O>> operations() {
        return operations;
    }

    public Operation<I, O> operation(int id) {
        return operations.get(id);
    }

    public int size() {
        return operations.size();
    }

    /**
     * The calls and ends of some operations in the order in which they happened: {@code i} for the call of the i-th of
     * the list, {@code ~i} for its end. What is open has no end.
     */
    static <I, O> int[] events(List<Operation<I, O>> operations) {
        long[] keys = new long[2 * operations.size()];
        int count = 0;
        for (int i = 0; i < operations.size(); i++) {
            Operation<I, O> operation = operations.get(i);
            keys[count++] = key(operation.callPosition(), i);
            if (operation.endPosition() != Operation.OPEN) {
                keys[count++] = key(operation.endPosition(), ~i);
            }
        }
        Arrays.sort(keys, 0, count);
        int[] events = new int[count];
        for (int i = 0; i < count; i++) {
            events[i] = (int) keys[i];
        }
        return events;
    }

    /** Sorts by position; no two events share one. */
    private static long key(int position, int event) {
        return ((long) position << 32) | (event & 0xffff_ffffL);
    }
}
