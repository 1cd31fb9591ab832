package io.quorate.storage;

import java.util.ArrayList;
import java.util.List;

/**
 * How snapshots are written. All may change between two starts.
 *
 * @param falsePositivesPerMillion how often a filter says "perhaps" of a key that is not there: 1 to 500,000; default 10,000, 1 %,
 *     which costs 10 bits for each key
 * @param reserveBytes room on the disk that no snapshot takes, so that the log always finds its next segments: 0 or more; default
 *     192 MiB, three segments of the default size
 * @param bytesPerSecond bound on the writing of snapshots taken here, so that the log's flushes find the disk free: 0: none;
 *     default 0
 */
public record SnapshotOptions(int falsePositivesPerMillion, long reserveBytes, long bytesPerSecond) {
    private static final SnapshotOptions DEFAULTS = new SnapshotOptions(10_000, 192L << 20, 0);

    /** @throws IllegalArgumentException that names every option out of its range, and the range */
    public SnapshotOptions {
        List<String> problems = new ArrayList<>();
        if (falsePositivesPerMillion < 1 || falsePositivesPerMillion > 500_000) {
            problems.add("falsePositivesPerMillion must be from 1 to 500000, got " + falsePositivesPerMillion);
        }
        if (reserveBytes < 0) {
            problems.add("reserveBytes must be 0 or more, got " + reserveBytes);
        }
        if (bytesPerSecond < 0) {
            problems.add("bytesPerSecond must be 0 or more, got " + bytesPerSecond);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    public static SnapshotOptions defaults() {
        return DEFAULTS;
    }

    public SnapshotOptions withFalsePositivesPerMillion(int wrong) {
        return new SnapshotOptions(wrong, reserveBytes, bytesPerSecond);
    }

    public SnapshotOptions withReserveBytes(long bytes) {
        return new SnapshotOptions(falsePositivesPerMillion, bytes, bytesPerSecond);
    }

    public SnapshotOptions withBytesPerSecond(long bytes) {
        return new SnapshotOptions(falsePositivesPerMillion, reserveBytes, bytes);
    }

    double falsePositiveRate() {
        return falsePositivesPerMillion / 1e6;
    }
}
