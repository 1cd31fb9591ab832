package io.quorate.sim.core;

import java.util.Arrays;

/**
 * What will happen, by virtual time in nanoseconds; what happens at one time happens in the order in which it was planned. A
 * binary heap on arrays: a run spends much of its time here.
 */
public final class EventQueue {
    private static final int FIRST_CAPACITY = 256;

    /** Chosen far above what runs take; it stands for "never". */
    private static final long MOST_STEPS = 20_000_000;

    private long[] times = new long[FIRST_CAPACITY];
    private long[] numbers = new long[FIRST_CAPACITY];
    private Runnable[] actions = new Runnable[FIRST_CAPACITY];
    private int size;
    private long now;
    private long number;
    private long steps;

    /** At time 0, with nothing planned. */
    public EventQueue() {}

    /** Nanoseconds since the run began. */
    public long now() {
        return now;
    }

    public void after(long nanos, Runnable action) {
        at(now + nanos, action);
    }

    /** At that time, or now if it is past. */
    public void at(long nanos, Runnable action) {
        if (size == times.length) {
            grow();
        }
        long time = Math.max(now, nanos);
        long mine = number++;
        int slot = size++;
        while (slot > 0) {
            int parent = (slot - 1) >>> 1;
            if (times[parent] <= time) {
                break; // the parent was planned earlier, so at an equal time it comes first
            }
            move(parent, slot);
            slot = parent;
        }
        put(slot, time, mine, action);
    }

    /** Time of the next event, {@link Long#MAX_VALUE} when there is none. */
    public long nextTime() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    /**
     * Lets the next event happen. False: there is none at or before that time, and it is that time now.
     *
     * @throws Violation of {@link Rule#RUN_ENDS} if there were too many: something goes round without end
     */
    public boolean step(long until) {
        if (nextTime() > until) {
            now = Math.max(now, until);
            return false;
        }
        Rule.RUN_ENDS.require(++steps <= MOST_STEPS, () -> "the run did not end within " + MOST_STEPS + " events");
        now = times[0];
        Runnable action = actions[0];
        removeFirst();
        action.run();
        return true;
    }

    public void runUntil(long nanos) {
        boolean more = true;
        while (more) {
            more = step(nanos);
        }
    }

    private void removeFirst() {
        size--;
        long time = times[size];
        long mine = numbers[size];
        Runnable action = actions[size];
        int slot = 0;
        for (int child = 1; child < size; child = 2 * slot + 1) {
            if (child + 1 < size && isBefore(child + 1, times[child], numbers[child])) {
                child++;
            }
            if (!isBefore(child, time, mine)) {
                break;
            }
            move(child, slot);
            slot = child;
        }
        put(slot, time, mine, action);
        Arrays.fill(actions, size, size + 1, null);
    }

    private boolean isBefore(int slot, long time, long mine) {
        return times[slot] < time || (times[slot] == time && numbers[slot] < mine);
    }

    private void move(int from, int to) {
        put(to, times[from], numbers[from], actions[from]);
    }

    private void put(int slot, long time, long mine, Runnable action) {
        times[slot] = time;
        numbers[slot] = mine;
        actions[slot] = action;
    }

    private void grow() {
        times = Arrays.copyOf(times, 2 * size);
        numbers = Arrays.copyOf(numbers, 2 * size);
        actions = Arrays.copyOf(actions, 2 * size);
    }
}
