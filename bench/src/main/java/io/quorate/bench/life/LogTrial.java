package io.quorate.bench.life;

import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Members;
import io.quorate.bench.life.Goal.Unit;
import io.quorate.bench.load.Load;
import io.quorate.bench.load.Measured;
import io.quorate.bench.load.Workload;
import io.quorate.bench.report.Units;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How large the log becomes in the directories of three members under a load of writes alone, looked at ten times a second. Every
 * second the history is compacted, else it would fill the memory.
 */
final class LogTrial implements Life.Trial {
    private static final int MEMBERS = 3;
    private static final int KEYS = 10_000;
    private static final long BETWEEN_LOOKS_NANOS = 100_000_000;
    private static final int LOOKS_PER_COMPACTION = 10;
    /** Both as files are named in {@code docs/log-format.md}: what holds the log, and what will. */
    private static final String SEGMENT = "log-";

    private static final String SPARE = "spare";
    private static final String INDEX = ".index";

    @Override
    public void run(Workshop shop, Findings findings) {
        LifePlan plan = shop.plan();
        long between = plan.sizes().segmentBytes();
        long stays = plan.sizes().segmentBytes() / 4;
        List<String> flags = List.of("--snapshot-bytes=" + between, "--snapshot-catchup-bytes=" + stays);
        shop.in(MEMBERS, flags, plan.heapMiBFor(0), members -> {
            try (Cluster cluster = new Cluster(members)) {
                shop.says("writing for " + plan.times().logSeconds() + " s");
                Measured measured = load(plan, members).during(() -> watch(plan, members, cluster, findings));
                for (int member = 0; member < MEMBERS; member++) {
                    findings.figure("lastIndex", cluster.state(member).getLastLogIndex());
                    findings.figure(
                            "snapshotIndex",
                            cluster.state(member).getSnapshots().getIndex());
                }
                findings.figure("operations", measured.operations());
                findings.figure("failures", measured.failures());
            }
        });
        conclude(plan, between, stays, findings);
    }

    private static Load load(LifePlan plan, Members members) {
        return new Load(
                members.endpoints(),
                Workload.puts(
                        plan.counts().clients(), MEMBERS, KEYS, plan.sizes().valueBytes(), 0));
    }

    private static void watch(LifePlan plan, Members members, Cluster cluster, Findings findings) {
        long[] mostLog = new long[MEMBERS];
        long[] mostIndexes = new long[MEMBERS];
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.times().logSeconds());
        for (int look = 1; System.nanoTime() - end < 0; look++) {
            for (int member = 0; member < MEMBERS; member++) {
                Path directory = members.directory(member);
                mostLog[member] =
                        Math.max(mostLog[member], bytes(directory, SEGMENT, false) + bytes(directory, SPARE, false));
                mostIndexes[member] = Math.max(mostIndexes[member], bytes(directory, SEGMENT, true));
            }
            if (look % LOOKS_PER_COMPACTION == 0) {
                cluster.compact();
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
        for (int member = 0; member < MEMBERS; member++) {
            findings.figure("mostLogBytes", mostLog[member]);
            findings.figure("mostIndexBytes", mostIndexes[member]);
        }
    }

    private static long bytes(Path directory, String prefix, boolean indexes) {
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + "*")) {
            for (Path file : files) {
                boolean isIndex = file.getFileName().toString().contains(INDEX);
                bytes += isIndex == indexes ? size(file) : 0;
            }
            return bytes;
        } catch (IOException unreadable) {
            throw new BenchException("cannot look into " + directory + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException gone) {
            return 0;
        }
    }

    private static void conclude(LifePlan plan, long between, long stays, Findings findings) {
        findings.setting("seconds", plan.times().logSeconds());
        findings.setting("segmentBytes", plan.sizes().segmentBytes());
        findings.setting("snapshotBytesOfLog", between);
        findings.setting("tailBytes", stays);
        findings.setting("clients", plan.counts().clients());
        findings.setting("valueBytes", plan.sizes().valueBytes());
        String what = "largest log of a member in " + plan.times().logSeconds() + " s of writes";
        String detail = String.format(
                Locale.ROOT,
                "all files of the log, the spare too, of the worst of three members; %,.0f writes, files of %s",
                findings.sum("operations"),
                Units.bytes(plan.sizes().segmentBytes()));
        double most = findings.most("mostLogBytes");
        long twoSegments = 2L * plan.sizes().segmentBytes();
        findings.goal(
                what + ", against the tail of " + Units.bytes(stays) + " that stays before a snapshot + 2 segments",
                Unit.BYTES,
                (double) (stays + twoSegments),
                most,
                detail);
        findings.goal(
                what + ", against the same + " + Units.bytes(between) + " of log between two snapshots",
                Unit.BYTES,
                (double) (stays + between + twoSegments),
                most,
                "the same figure: a snapshot is taken after so much log at the latest, which until then is the tail of"
                        + " the one before");
    }
}
