package io.quorate.node.internal;

import io.quorate.node.RaftOptions;
import io.quorate.raft.Fitness;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Measures how well this member does its work: how long the log takes to flush, and how late the loop's turns end. The rule:
 *
 * <ul>
 *   <li>What takes {@link RaftOptions#slowWorkMillis()} or longer is slow; with the defaults that is half an election timeout, so a
 *       leader hands over while its followers still hear it.
 *   <li>A slow flush makes a member sick as soon as it has taken so long: it need not end.
 *   <li>So do {@value #MOST_SLOW} slow turns within ten election timeouts: one may be a pause of the process, which is over when it
 *       is noticed.
 *   <li>It is fit again when ten election timeouts have passed without anything slow.
 * </ul>
 *
 * <p>One flush is measured at a time, from the end of the turn that asked for it to when the log says that it is durable; what is
 * asked for meanwhile is measured next. Time in which the loop stood still is the loop's, not the disk's. Loop only; times are
 * nanoseconds of the loop's clock.
 */
final class FitnessGauge {
    static final int MOST_SLOW = 3;

    private static final int WINDOW_ELECTION_TIMEOUTS = 10;

    private final long slowNanos;
    private final long windowNanos;

    /** When the last slow turns ended, the oldest first; {@link Long#MIN_VALUE} for none. */
    private final long[] slowTurns = new long[MOST_SLOW];

    /** When anything was slow last. */
    private long slowAt;

    /** The flush that is measured, and since when; 0 when nothing is under way. */
    private long flushNumber;

    private long flushSince;
    private long measuredThrough;
    private Fitness fitness = Fitness.FIT;
    private Fitness told = Fitness.FIT;
    private @Nullable String reason;

    FitnessGauge(RaftOptions options) {
        int slowMillis = options.slowWorkMillis() == 0 ? options.electionTimeoutMillis() / 2 : options.slowWorkMillis();
        slowNanos = slowMillis * NodeLoop.TICK_NANOS;
        windowNanos = (long) WINDOW_ELECTION_TIMEOUTS * options.electionTimeoutMillis() * NodeLoop.TICK_NANOS;
        Arrays.fill(slowTurns, Long.MIN_VALUE);
    }

    /** The loop's turn comes so long after it was due. */
    void late(long nanos) {
        flushSince += nanos;
    }

    /** A turn has ended, so long after it was due. */
    void turned(long nanos, long now) {
        if (nanos < slowNanos) {
            return;
        }
        System.arraycopy(slowTurns, 1, slowTurns, 0, MOST_SLOW - 1);
        slowTurns[MOST_SLOW - 1] = now;
        slowAt = now;
        boolean isOften = slowTurns[0] != Long.MIN_VALUE && now - slowTurns[0] < windowNanos;
        if (isOften || fitness == Fitness.SICK) {
            sick("a turn of its loop ended " + millis(nanos) + " ms late");
        }
    }

    /** That write, and all before it, was asked for. */
    void submitted(long number, long now) {
        if (flushNumber == 0 && number > measuredThrough) {
            flushNumber = number;
            flushSince = now;
        }
    }

    /** That write, and all before it, has been durable since then. */
    void persisted(long number, long at) {
        measuredThrough = Math.max(measuredThrough, number);
        if (flushNumber != 0 && number >= flushNumber) {
            long nanos = at - flushSince;
            flushNumber = 0;
            if (nanos >= slowNanos) {
                slowAt = at;
                sick("a flush of its log took " + millis(nanos) + " ms");
            }
        }
    }

    private void sick(String what) {
        fitness = Fitness.SICK;
        reason = what;
    }

    /** What is measured now. */
    Fitness measure(long now) {
        if (isStalled(now)) {
            slowAt = now; // it is not over
            sick("a flush of its log has taken " + millis(now - flushSince) + " ms and is not done");
        } else if (fitness == Fitness.SICK && now - slowAt >= windowNanos) {
            fitness = Fitness.FIT;
            reason = null;
        }
        told = fitness;
        return fitness;
    }

    private boolean isStalled(long now) {
        return flushNumber != 0 && now - flushSince >= slowNanos;
    }

    /** What made it sick, as the end of a sentence; null while it is fit. */
    @Nullable
    String reason() {
        return reason;
    }

    /** When {@link #measure} might say something else than last, if nothing happens until then. */
    long nextChange() {
        if (fitness != told) {
            return slowAt;
        }
        if (fitness == Fitness.SICK) {
            // What is under way brings a turn when it is done.
            return flushNumber == 0 ? slowAt + windowNanos : Long.MAX_VALUE;
        }
        return flushNumber == 0 ? Long.MAX_VALUE : flushSince + slowNanos;
    }

    private static long millis(long nanos) {
        return nanos / NodeLoop.TICK_NANOS;
    }
}
