package io.quorate.bench.load;

import io.grpc.Status;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What was seen of the operations that completed between two moments. Nearly always one event loop counts; gRPC may tell a
 * failure from another thread, so counting is synchronized. The rest is for after the end.
 */
public final class Measured {
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long fromNanos;
    private volatile long untilNanos;
    private final Histogram latencies = new Histogram(LONGEST_NANOS, DIGITS);
    private final long[] perSecond;
    private final Map<Status.Code, Long> errors = new EnumMap<>(Status.Code.class);

    /** @param seconds measured from the moment {@code fromNanos} of {@link System#nanoTime()} */
    public Measured(long fromNanos, int seconds) {
        this.fromNanos = fromNanos;
        untilNanos = fromNanos + seconds * NANOS_PER_SECOND;
        perSecond = new long[seconds];
    }

    /** An operation that ended outside the measured time is not counted. */
    public synchronized void completed(long startedNanos, long endedNanos, Status.Code code) {
        if (endedNanos - fromNanos < 0 || endedNanos - untilNanos >= 0) {
            return;
        }
        if (code == Status.Code.OK) {
            latencies.recordValue(Math.min(endedNanos - startedNanos, LONGEST_NANOS));
            perSecond[(int) ((endedNanos - fromNanos) / NANOS_PER_SECOND)]++;
        } else {
            errors.merge(code, 1L, Long::sum);
        }
    }

    /** Ends earlier than was said at first. */
    synchronized void endsAt(long nanos) {
        untilNanos = nanos - untilNanos < 0 ? nanos : untilNanos;
    }

    long untilNanos() {
        return untilNanos;
    }

    /** Successful ones only. */
    public long operations() {
        return latencies.getTotalCount();
    }

    public double operationsPerSecond() {
        return operations() * (double) NANOS_PER_SECOND / Math.max(1, untilNanos - fromNanos);
    }

    /** @param percentile 0 to 100; the answer is within 0.1 % */
    public double latencyMicros(double percentile) {
        return operations() == 0 ? 0 : latencies.getValueAtPercentile(percentile) / 1000.0;
    }

    public double meanLatencyMicros() {
        return operations() == 0 ? 0 : latencies.getMean() / 1000.0;
    }

    public long[] operationsPerEachSecond() {
        long lasted = Math.max(0, untilNanos - fromNanos);
        return Arrays.copyOf(perSecond, (int) ((lasted + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND));
    }

    /** Failed operations by status code. */
    public Map<Status.Code, Long> errors() {
        return new EnumMap<>(errors);
    }

    public long failures() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }
}
