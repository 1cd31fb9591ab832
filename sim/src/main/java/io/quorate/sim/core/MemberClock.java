package io.quorate.sim.core;

/** A member's clock over the run's time: it may run slow or fast, and jump forward. */
final class MemberClock {
    private static final long TRUE_RATE = 1000;

    private long rate = TRUE_RATE;
    private long trueAt;
    private long localAt;

    /** What it shows at that time, in nanoseconds; rises with it. */
    long localNanos(long now) {
        return localAt + (now - trueAt) / TRUE_RATE * rate + (now - trueAt) % TRUE_RATE * rate / TRUE_RATE;
    }

    /** When it will show that. */
    long whenLocal(long local) {
        long left = Math.max(0, local - localAt);
        return trueAt + left / rate * TRUE_RATE + (left % rate * TRUE_RATE + rate - 1) / rate;
    }

    /** @param newRate of a thousand */
    void rate(long now, long newRate) {
        localAt = localNanos(now);
        trueAt = now;
        rate = newRate;
    }

    void trueRate(long now) {
        rate(now, TRUE_RATE);
    }

    void jump(long now, long nanos) {
        rate(now, rate);
        localAt += nanos;
    }
}
