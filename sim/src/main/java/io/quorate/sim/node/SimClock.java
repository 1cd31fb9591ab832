package io.quorate.sim.node;

import io.quorate.node.port.Clock;
import io.quorate.sim.core.EventQueue;

/** The clock of one member: it may run slower or faster than the world's, and jump forward. */
final class SimClock implements Clock {
    private static final long TRUE_RATE = 1000;
    /** Beyond this a time is never reached in a run, and would overflow below. */
    private static final long FAR_NANOS = Long.MAX_VALUE / (4 * TRUE_RATE);

    private static final long NOON_MILLIS = 1_767_268_800_000L;

    private final EventQueue queue;
    private long worldBase;
    private long localBase;
    private long rate = TRUE_RATE;

    SimClock(EventQueue queue) {
        this.queue = queue;
    }

    @Override
    public long nanoTime() {
        return localBase + (queue.now() - worldBase) * rate / TRUE_RATE;
    }

    /** The time of day by this clock, in ms since 1970. */
    long wallMillis() {
        return timeOfDay(nanoTime());
    }

    /** Every run begins at noon. */
    static long timeOfDay(long nanos) {
        return NOON_MILLIS + nanos / 1_000_000;
    }

    /** @param permille of the world's speed */
    void rate(long permille) {
        localBase = nanoTime();
        worldBase = queue.now();
        rate = Math.max(1, permille);
    }

    void right() {
        rate(TRUE_RATE);
    }

    void jump(long nanos) {
        localBase += nanos;
    }

    /** The world's time at which this clock shows at least that time, if nothing happens to it. */
    long worldTime(long local) {
        long ahead = local - nanoTime();
        if (ahead >= FAR_NANOS) {
            return Long.MAX_VALUE;
        }
        return queue.now() + Math.max(0, (ahead * TRUE_RATE + rate - 1) / rate);
    }
}
