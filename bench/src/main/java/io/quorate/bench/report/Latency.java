package io.quorate.bench.report;

import io.quorate.bench.load.Measured;
import java.util.Arrays;

/** How long operations took, in microseconds. */
public record Latency(long count, double mean, double p50, double p90, double p99, double p999, double max) {

    public static Latency of(Measured measured) {
        return new Latency(
                measured.operations(),
                Rounded.tenth(measured.meanLatencyMicros()),
                Rounded.tenth(measured.latencyMicros(50)),
                Rounded.tenth(measured.latencyMicros(90)),
                Rounded.tenth(measured.latencyMicros(99)),
                Rounded.tenth(measured.latencyMicros(99.9)),
                Rounded.tenth(measured.latencyMicros(100)));
    }

    /** Of few trials, each known exactly: a percentile is the smallest value that so many per cent do not exceed. */
    public static Latency ofTrials(long[] micros) {
        if (micros.length == 0) {
            return new Latency(0, 0, 0, 0, 0, 0, 0);
        }
        long[] sorted = micros.clone();
        Arrays.sort(sorted);
        return new Latency(
                sorted.length,
                Rounded.tenth(Arrays.stream(sorted).average().orElse(0)),
                percentile(sorted, 50),
                percentile(sorted, 90),
                percentile(sorted, 99),
                percentile(sorted, 99.9),
                sorted[sorted.length - 1]);
    }

    private static double percentile(long[] sorted, double percent) {
        return sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1];
    }
}
