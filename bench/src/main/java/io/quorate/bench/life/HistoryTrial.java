package io.quorate.bench.life;

import io.quorate.DataFiles;
import io.quorate.DataFiles.Found;
import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Members;
import io.quorate.bench.life.Goal.Unit;
import io.quorate.bench.load.Load;
import io.quorate.bench.load.Workload;
import io.quorate.bench.report.Units;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What {@code quorate log history KEY --data-dir DIR} does to find the entries that wrote a key, with the filters of the log's files
 * and with a full scan instead: for a key that one file holds, and for one that every file holds. In this JVM, warm, each file read
 * before.
 */
final class HistoryTrial implements Life.Trial {
    private static final String RARE = "bench-rare";
    private static final String COMMON = "bench-common";
    private static final int COMMON_PER_SEGMENT = 8;
    private static final int RECORD_BYTES_BESIDE_VALUE = 100;
    private static final long PATIENCE_SECONDS = 60;
    private static final long BETWEEN_LOOKS_NANOS = 200_000_000;

    @Override
    public void run(Workshop shop, Findings findings) {
        LifePlan plan = shop.plan();
        int segments = plan.counts().historySegments();
        shop.in(
                1,
                Workshop.NO_SNAPSHOTS,
                plan.heapMiBFor((long) segments * plan.sizes().segmentBytes()),
                members -> {
                    shop.says("writing " + segments + " files of the log");
                    write(plan, members);
                    awaitFilters(members.directory(0));
                    members.stop(0);
                    Path directory = members.directory(0);
                    for (String key : new String[] {RARE, COMMON}) {
                        shop.says("looking for " + key);
                        look(directory, key, true);
                        look(directory, key, false);
                        for (int attempt = 0; attempt < plan.counts().historyTries(); attempt++) {
                            findings.figure(key + "FilteredMillis", look(directory, key, true));
                            findings.figure(key + "ScanMillis", look(directory, key, false));
                        }
                        conclude(findings, key, read(directory, key, true));
                    }
                });
        findings.setting("segments", segments);
        findings.setting("segmentBytes", plan.sizes().segmentBytes());
        findings.setting("valueBytes", plan.sizes().valueBytes());
        findings.setting("tries", plan.counts().historyTries());
    }

    private static void write(LifePlan plan, Members members) {
        int valueBytes = plan.sizes().valueBytes();
        int keys = plan.sizes().segmentBytes() / COMMON_PER_SEGMENT / (valueBytes + RECORD_BYTES_BESIDE_VALUE) + 1;
        Load load = new Load(members.endpoints(), Workload.puts(1, 1, keys, valueBytes, 0));
        try (Cluster cluster = new Cluster(members)) {
            cluster.put(RARE, "x");
            do {
                load.fill();
                cluster.put(COMMON, "x");
            } while (read(members.directory(0), RARE, true).segments()
                    <= plan.counts().historySegments());
        }
    }

    /** A full file gets its filter a moment later. */
    private static void awaitFilters(Path directory) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        int beside = 2; // the file that holds it, and the one that is being written
        while (read(directory, RARE, true).segmentsRead() > beside && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    /** @return ms */
    private static double look(Path directory, String key, boolean filters) {
        long from = System.nanoTime();
        read(directory, key, filters);
        return (System.nanoTime() - from) / 1e6;
    }

    private static Found read(Path directory, String key, boolean filters) {
        try {
            return new DataFiles(directory)
                    .useFilters(filters)
                    .history(key.getBytes(StandardCharsets.UTF_8), (index, term, committed, command) -> {});
        } catch (IOException unreadable) {
            throw new BenchException(
                    "cannot read the log in " + directory + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private static void conclude(Findings findings, String key, Found found) {
        double filtered = findings.median(key + "FilteredMillis");
        double scan = findings.median(key + "ScanMillis");
        findings.figure(key + "SegmentsRead", found.segmentsRead());
        findings.figure(key + "Segments", found.segments());
        findings.goal(
                "finding the writes of a key that " + (key.equals(RARE) ? "one file" : "every file")
                        + " of the log holds, with filters against a full scan",
                Unit.TIMES,
                null,
                filtered / scan,
                String.format(
                        Locale.ROOT,
                        "median of %d: %s against %s; %d of %d files read",
                        findings.figures(key + "ScanMillis").length,
                        Units.time(1000 * filtered),
                        Units.time(1000 * scan),
                        found.segmentsRead(),
                        found.segments()));
    }
}
