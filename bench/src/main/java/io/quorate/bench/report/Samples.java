package io.quorate.bench.report;

import java.util.Arrays;

/** What is said of few values. */
public final class Samples {
    private Samples() {}

    /** Of an even number of values the mean of the two in the middle. */
    public static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static double most(double[] values) {
        return Arrays.stream(values).max().orElse(0);
    }
}
