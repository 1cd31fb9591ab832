package io.quorate.bench.life;

import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Members;
import io.quorate.bench.life.Goal.Unit;
import io.quorate.bench.load.Load;
import io.quorate.bench.load.Workload;
import io.quorate.bench.report.Units;
import io.quorate.etcd.quoratepb.StateResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a member needs from its first line to the one that it serves, which leaves the start of its JVM out: first with the whole
 * log and no snapshot, then with the snapshot that replaced that log and a tail behind it. One member alone, so that it waits for
 * nobody. Before each start, and before each reading that it is compared with, all its files are read once.
 */
final class RestartTrial implements Life.Trial {
    private static final String BEGINS = "server-starting";
    private static final double GOAL_READING = 4;
    private static final double GOAL_REPLAY = 0.1;
    private static final long PATIENCE_SECONDS = 900;
    private static final long BETWEEN_LOOKS_NANOS = 50_000_000;

    @Override
    public void run(Workshop shop, Findings findings) {
        LifePlan plan = shop.plan();
        shop.in(1, Workshop.NO_SNAPSHOTS, plan.heapMiBFor(plan.sizes().snapshotBytes()), members -> {
            writeRounds(shop, members);
            restarts(shop, findings, members, "replayMillis", false);
            members.start(0);
            members.awaitReady(0);
            saveAndWriteTail(shop, findings, members);
            restarts(shop, findings, members, "restartMillis", true);
        });
        conclude(plan, findings);
    }

    private static void writeRounds(Workshop shop, Members members) {
        LifePlan plan = shop.plan();
        int rounds = plan.counts().rounds();
        try (Cluster cluster = new Cluster(members)) {
            for (int round = 1; round <= rounds; round++) {
                shop.says(
                        "writing " + Units.bytes(plan.sizes().snapshotBytes()) + ", round " + round + " of " + rounds);
                fill(members, plan.sizes().keys(), plan.sizes().valueBytes());
                cluster.compact();
            }
        }
        members.stop(0);
    }

    private static void fill(Members members, int keys, int valueBytes) {
        new Load(members.endpoints(), Workload.puts(1, 1, keys, valueBytes, 0)).fill();
    }

    private static void saveAndWriteTail(Workshop shop, Findings findings, Members members) {
        LifePlan plan = shop.plan();
        shop.says("a snapshot, and " + plan.sizes().tailEntries() + " entries behind it");
        try (Cluster cluster = new Cluster(members)) {
            findings.figure("replayedEntries", cluster.state(0).getLastLogIndex());
            cluster.saveEverywhere();
            awaitLogBegins(cluster);
            fill(members, plan.sizes().tailEntries(), plan.sizes().tailValueBytes());
            StateResponse state = cluster.state(0);
            findings.figure("snapshotBytes", state.getSnapshots().getBytes());
            findings.figure(
                    "tailEntries",
                    state.getLastLogIndex() - state.getSnapshots().getIndex());
        }
        members.stop(0);
    }

    /** The log that the snapshot replaces goes a moment after the snapshot is there. */
    private static void awaitLogBegins(Cluster cluster) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (cluster.state(0).getFirstLogIndex() <= 1) {
            if (System.nanoTime() - deadline >= 0) {
                throw new BenchException(
                        "the log still holds what the snapshot replaced, " + PATIENCE_SECONDS + " s later");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    /** The member is stopped before and behind it. */
    private static void restarts(
            Workshop shop, Findings findings, Members members, String figure, boolean comparedWithReading) {
        int restarts = shop.plan().counts().restarts();
        for (int restart = 1; restart <= restarts; restart++) {
            shop.says((comparedWithReading ? "restart " : "replay of the whole log ") + restart + " of " + restarts);
            FileReading reading = new FileReading(members.directory(0));
            long bytes = reading.read();
            if (comparedWithReading) {
                long from = System.nanoTime();
                reading.read();
                findings.figure("readingMillis", (System.nanoTime() - from) / 1e6);
                findings.figure("readBytes", bytes);
            } else {
                findings.figure("replayedBytes", bytes);
            }
            members.start(0);
            Instant ready = members.awaitReady(0);
            Instant began = members.loggedAt(0, BEGINS).orElseThrow();
            findings.figure(figure, Duration.between(began, ready).toMillis());
            members.stop(0);
        }
    }

    private static void conclude(LifePlan plan, Findings findings) {
        findings.setting("valueBytes", plan.sizes().valueBytes());
        findings.setting("rounds", plan.counts().rounds());
        findings.setting("tailEntries", plan.sizes().tailEntries());
        findings.setting("tailValueBytes", plan.sizes().tailValueBytes());
        findings.setting("restarts", plan.counts().restarts());
        double restart = findings.median("restartMillis");
        String what = String.format(
                Locale.ROOT,
                "restart with a snapshot of %s and %,.0f entries of %d bytes behind it",
                Units.bytes(findings.median("snapshotBytes")),
                findings.median("tailEntries"),
                plan.sizes().tailValueBytes());
        findings.goal(
                what + ", against reading the same files and checking sums",
                Unit.TIMES,
                GOAL_READING,
                restart / findings.median("readingMillis"),
                String.format(
                        Locale.ROOT,
                        "median of %d: %s against %s for %s",
                        plan.counts().restarts(),
                        millis(restart),
                        millis(findings.median("readingMillis")),
                        Units.bytes(findings.median("readBytes"))));
        findings.goal(
                what + ", against replaying the whole log that the snapshot replaced",
                Unit.TIMES,
                GOAL_REPLAY,
                restart / findings.median("replayMillis"),
                String.format(
                        Locale.ROOT,
                        "median of %d: %s against %s for %,.0f entries, in which every key was written %d times",
                        plan.counts().restarts(),
                        millis(restart),
                        millis(findings.median("replayMillis")),
                        findings.median("replayedEntries"),
                        plan.counts().rounds()));
    }

    private static String millis(double millis) {
        return Units.time(1000 * millis);
    }
}
