package io.quorate.bench.life;

import io.quorate.bench.BenchException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is measured, and how large. */
public record LifePlan(List<Part> parts, Sizes sizes, Counts counts, Times times, Place place) {
    private static final int MOST_SECONDS = 3_600;

    /**
     * Bytes and entries.
     *
     * @param snapshotBytes of the store that is saved, at least: 1 MiB to 8 GiB
     * @param valueBytes of its values, and of those that are written meanwhile: 16 to 100,000
     * @param segmentBytes of a file of the log, and of the log between two snapshots; a quarter of it stays for members that lag: 8
     *     MiB to 256 MiB
     * @param tailEntries behind the snapshot, for a restart: 1 to 10,000,000
     * @param tailValueBytes of their values: 1 to 100,000
     */
    public record Sizes(long snapshotBytes, int valueBytes, int segmentBytes, int tailEntries, int tailValueBytes) {
        private void check(List<String> problems) {
            LifePlan.check(problems, "--snapshot-bytes", snapshotBytes, 1 << 20, 8L << 30);
            LifePlan.check(problems, "--value-bytes", valueBytes, 16, 100_000);
            LifePlan.check(problems, "--segment-bytes", segmentBytes, 8 << 20, 256 << 20);
            if (segmentBytes % 512 != 0) {
                problems.add("--segment-bytes must be a multiple of 512, not " + segmentBytes);
            }
            LifePlan.check(problems, "--tail-entries", tailEntries, 1, 10_000_000);
            LifePlan.check(problems, "--tail-value-bytes", tailValueBytes, 1, 100_000);
        }

        /** As many keys as make a store of that size. */
        int keys() {
            int keyBytes = 16;
            return (int) (snapshotBytes / (valueBytes + keyBytes)) + 1;
        }
    }

    /**
     * How often, how many.
     *
     * @param clients that write meanwhile, each in a closed loop: 1 to 1,000
     * @param pairs of a load with a snapshot and one without: 1 to 100
     * @param rounds in which every key is written before the snapshot of a restart is taken: 1 to 100
     * @param restarts of each kind: 1 to 100
     * @param replacements of a member: 1 to 100
     * @param kills of the leader: 1 to 10,000
     * @param transfers of the lead: 1 to 10,000
     * @param historySegments of full files of the log in which a key is looked for: 2 to 1,000
     * @param historyTries of each kind of look: 1 to 1,000
     */
    public record Counts(
            int clients,
            int pairs,
            int rounds,
            int restarts,
            int replacements,
            int kills,
            int transfers,
            int historySegments,
            int historyTries) {
        private void check(List<String> problems) {
            LifePlan.check(problems, "--clients", clients, 1, 1_000);
            LifePlan.check(problems, "--pairs", pairs, 1, 100);
            LifePlan.check(problems, "--rounds", rounds, 1, 100);
            LifePlan.check(problems, "--restarts", restarts, 1, 100);
            LifePlan.check(problems, "--replacements", replacements, 1, 100);
            LifePlan.check(problems, "--kills", kills, 1, 10_000);
            LifePlan.check(problems, "--transfers", transfers, 1, 10_000);
            LifePlan.check(problems, "--history-segments", historySegments, 2, 1_000);
            LifePlan.check(problems, "--history-tries", historyTries, 1, 1_000);
        }
    }

    /**
     * How long, in seconds.
     *
     * @param warmupSeconds of load before anything is measured: 0 to 3,600
     * @param seconds of load without a snapshot, in each pair: 1 to 3,600
     * @param logSeconds of load under which the log is watched: 1 to 3,600
     */
    public record Times(int warmupSeconds, int seconds, int logSeconds) {
        private void check(List<String> problems) {
            LifePlan.check(problems, "--warmup", warmupSeconds, 0, MOST_SECONDS);
            LifePlan.check(problems, "--seconds", seconds, 1, MOST_SECONDS);
            LifePlan.check(problems, "--log-seconds", logSeconds, 1, MOST_SECONDS);
        }
    }

    /**
     * Where members run.
     *
     * @param folder in which new directories are made, on a disk
     * @param firstPort of free ones: 1,024 to 65,000; 0: anywhere
     * @param heapMiB of each server that holds much: 64 to 1,048,576; 0: what the sizes ask for
     */
    public record Place(Path folder, int firstPort, int heapMiB) {
        private void check(List<String> problems) {
            if (firstPort != 0) {
                LifePlan.check(problems, "--first-port", firstPort, 1_024, 65_000);
            }
            if (heapMiB != 0) {
                LifePlan.check(problems, "--heap-mib", heapMiB, 64, 1 << 20);
            }
        }
    }

    /** @throws BenchException that names every value out of its range, and the range */
    public LifePlan {
        parts = List.copyOf(parts);
        List<String> problems = new ArrayList<>();
        if (parts.isEmpty() || parts.stream().distinct().count() != parts.size()) {
            problems.add("--parts must name each part once, and at least one");
        }
        sizes.check(problems);
        counts.check(problems);
        times.check(problems);
        place.check(problems);
        if (!problems.isEmpty()) {
            throw new BenchException(String.join("; ", problems));
        }
    }

    private static void check(List<String> problems, String flag, long value, long least, long most) {
        if (value < least || value > most) {
            problems.add(flag + " must be from " + least + " to " + most + ", not " + value);
        }
    }

    /**
     * Of a server that holds a store of this size: all of it in two versions until the older one is compacted away, what its
     * collector needs besides, and the rest of the server.
     */
    int heapMiBFor(long storeBytes) {
        return place.heapMiB != 0 ? place.heapMiB : (int) (1_024 + 3 * (storeBytes >> 20));
    }

    /** The most that lies on the disk at once. */
    long diskBytes() {
        long most = 0;
        for (Part part : parts) {
            most = Math.max(most, diskBytes(part));
        }
        return most;
    }

    private long diskBytes(Part part) {
        long members = 4;
        // A record of the log is a little larger than its value, and a file of the log is there before it is full.
        long log = 8L * sizes.segmentBytes;
        return switch (part) {
            case SNAPSHOT -> members * (4 * sizes.snapshotBytes + log);
            case RESTART ->
                (counts.rounds + 2L) * (sizes.snapshotBytes * 5 / 4)
                        + sizes.tailEntries * (sizes.tailValueBytes + 100L)
                        + log;
            case HISTORY -> (counts.historySegments + 8L) * sizes.segmentBytes;
            case LOG, REPLACE, FAILOVER, TRANSFER -> members * 2 * log;
        };
    }
}
