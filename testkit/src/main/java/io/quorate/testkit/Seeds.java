package io.quorate.testkit;

import java.util.stream.LongStream;

/**
 * The runs of a test: a seed is the number from which all chance of a run is drawn, so equal seeds give equal runs. A
 * {@link SimulationTest} gets its seeds from JUnit.
 */
public final class Seeds {
    static final String PROPERTY = "quorate.seed";

    private final long first;
    private final int count;
    private final String again;
    private Results results = Results.NOBODY;
    private boolean wereRun;

    /** @param again the line that runs a seed again, with {@code %d} where the seed belongs */
    Seeds(long first, int count, String again) {
        if (count < 1) {
            throw new IllegalArgumentException("a test has at least one seed, not " + count);
        }
        this.first = first;
        this.count = count;
        this.again = again;
    }

    /** From {@code first} on, {@code count} of them, which is at least 1. */
    public static Seeds of(long first, int count) {
        return new Seeds(first, count, "Seeds.of(%d, 1)");
    }

    /** Lets somebody hear what the runs give. */
    Seeds heardBy(Results hearer) {
        results = hearer;
        return this;
    }

    Results results() {
        return results;
    }

    long first() {
        return first;
    }

    /** Takes them to run them. */
    LongStream take() {
        wereRun = true;
        return LongStream.range(first, first + count);
    }

    boolean wereRun() {
        return wereRun;
    }

    /** The line that runs one of them again. */
    String again(long seed) {
        return again.replace("%d", Long.toString(seed));
    }

    @Override
    public String toString() {
        return count == 1 ? "seed " + first : "seeds " + first + " to " + (first + count - 1);
    }
}
