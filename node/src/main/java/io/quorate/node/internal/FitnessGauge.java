package io.quorate.node.internal;

import io.quorate.node.RaftOptions;
import io.quorate.raft.Fitness;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Measures how well this member does its work: how long the log takes to flush, and how late the loop's turns end. The rule:
 *
 * <ul>
 *   <li>A flush or a turn that takes {@link RaftOptions#slowWorkMillis()} or longer is slow. {@value #MOST_SLOW} slow ones within
 *       ten election timeouts make a member sick.
 *   <li>A flush under way makes it sick when it has taken twice as long: it need not end. With the defaults that is half an election
 *       timeout, so a leader hands over while its followers still hear it.
 *   <li>It is fit again when ten election timeouts have passed without a slow one.
 * </ul>
 *
 * <p>One flush is measured at a time, from the end of the turn that asked for it to when the log says that it is durable; what is
 * asked for meanwhile is measured next. Time in which the loop stood still is the loop's, not the disk's: so a pause of the
 * whole process counts once. Loop only; times are nanoseconds of the loop's clock.
 */
final class FitnessGauge {
    /** One may be a pause of the process, two a pause and what came of it. */
    static final int MOST_SLOW = 3;

    private static final int WINDOW_ELECTION_TIMEOUTS = 10;

    private final long slowNanos;
    private final long windowNanos;

    /** When the last slow ones ended, the oldest first; {@link Long#MIN_VALUE} for none. */
    private final long[] slowAt = new long[MOST_SLOW];

    /** The flush that is measured, and since when; 0 when nothing is under way. */
    private long flushNumber;

    private long flushSince;
    private long measuredThrough;
    private Fitness fitness = Fitness.FIT;
    private Fitness told = Fitness.FIT;
    private @Nullable String reason;

    FitnessGauge(RaftOptions options) {
        int slowMillis = options.slowWorkMillis() == 0 ? options.electionTimeoutMillis() / 4 : options.slowWorkMillis();
        slowNanos = slowMillis * NodeLoop.TICK_NANOS;
        windowNanos = (long) WINDOW_ELECTION_TIMEOUTS * options.electionTimeoutMillis() * NodeLoop.TICK_NANOS;
        Arrays.fill(slowAt, Long.MIN_VALUE);
    }

    /** The loop's turn comes so long after it was due. */
    void late(long nanos) {
        flushSince += nanos;
    }

    /** A turn has ended, so long after it was due. */
    void turned(long nanos, long now) {
        if (nanos >= slowNanos) {
            slow("a turn of its loop ended " + millis(nanos) + " ms late", now);
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
                slow("a flush of its log took " + millis(nanos) + " ms", at);
            }
        }
    }

    private void slow(String what, long now) {
        System.arraycopy(slowAt, 1, slowAt, 0, MOST_SLOW - 1);
        slowAt[MOST_SLOW - 1] = now;
        boolean isOften = slowAt[0] != Long.MIN_VALUE && now - slowAt[0] < windowNanos;
        if (isOften || fitness == Fitness.SICK) {
            fitness = Fitness.SICK;
            reason = what;
        }
    }

    /** What is measured now. */
    Fitness measure(long now) {
        if (isStalled(now)) {
            fitness = Fitness.SICK;
            reason = "a flush of its log has taken " + millis(now - flushSince) + " ms and is not done";
            slowAt[MOST_SLOW - 1] = now; // it is not over
        } else if (fitness == Fitness.SICK && now - slowAt[MOST_SLOW - 1] >= windowNanos) {
            fitness = Fitness.FIT;
            reason = null;
        }
        told = fitness;
        return fitness;
    }

    private boolean isStalled(long now) {
        return flushNumber != 0 && now - flushSince >= 2 * slowNanos;
    }

    /** What made it sick, as the end of a sentence; null while it is fit. */
    @Nullable
    String reason() {
        return reason;
    }

    /** When {@link #measure} might say something else than last, if nothing happens until then. */
    long nextChange() {
        if (fitness != told) {
            return slowAt[MOST_SLOW - 1];
        }
        if (fitness == Fitness.SICK) {
            // What is under way brings a turn when it is done.
            return flushNumber == 0 ? slowAt[MOST_SLOW - 1] + windowNanos : Long.MAX_VALUE;
        }
        return flushNumber == 0 ? Long.MAX_VALUE : flushSince + 2 * slowNanos;
    }

    private static long millis(long nanos) {
        return nanos / NodeLoop.TICK_NANOS;
    }
}
