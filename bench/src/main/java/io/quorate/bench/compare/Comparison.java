package io.quorate.bench.compare;

import io.quorate.bench.BenchException;
import io.quorate.bench.host.Mounts.Mount;
import io.quorate.bench.host.Proc;
import io.quorate.bench.load.Workload;
import io.quorate.bench.report.Commit;
import io.quorate.bench.report.Latency;
import io.quorate.bench.report.LoadReport;
import io.quorate.bench.report.LoadRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Lets contenders take turns under one plan. */
public final class Comparison {
    private final Plan plan;
    private final Proc proc;
    private final Consumer<String> progress;

    /** @param progress hears what is being done, a line each */
    public Comparison(Plan plan, Proc proc, Consumer<String> progress) {
        this.plan = plan;
        this.proc = proc;
        this.progress = progress;
    }

    /**
     * Blocks until all is measured.
     *
     * @throws BenchException also when the folder lies in memory: such a comparison would say nothing about durable writes
     */
    public List<RunReport> run(List<Contender> contenders) {
        requireDisk();
        List<RunReport> reports = new ArrayList<>();
        for (int run = 1; run <= plan.runs(); run++) {
            for (Contender contender : contenders) {
                reports.add(run(contender, run));
            }
        }
        return reports;
    }

    private void requireDisk() {
        Mount mount = proc.mountOf(plan.folder().toAbsolutePath());
        if (mount.isMemory()) {
            throw new BenchException(plan.folder() + " lies on " + mount.type()
                    + ", which is memory: no write there is durable. Name a folder on a disk with --work-dir.");
        }
    }

    private RunReport run(Contender contender, int run) {
        List<Long> starts = new ArrayList<>();
        for (int start = 1; start < plan.starts(); start++) {
            progress.accept(contender.name() + ", run " + run + ": start " + start + " of " + plan.starts());
            in(contender, members -> starts.add(start(members)));
        }
        List<LoadReport> loads = new ArrayList<>();
        List<Long> kills = new ArrayList<>();
        in(contender, members -> {
            starts.add(start(members));
            for (Workload workload : plan.workloads()) {
                progress.accept(contender.name() + ", run " + run + ": " + workload.sentence());
                loads.add(new LoadRun(proc, contender.name() + " " + run, members.endpoints(), null).measure(workload));
            }
            for (int kill = 1; kill <= plan.kills(); kill++) {
                progress.accept(contender.name() + ", run " + run + ": kill " + kill + " of " + plan.kills());
                kills.add(killLeader(members));
            }
        });
        return new RunReport(
                contender.name(),
                contender.version(),
                run,
                Commit.ofThisBuild(),
                proc.mountOf(plan.folder().toAbsolutePath()).type(),
                toArray(starts),
                toArray(kills),
                contender.embedded() ? replication(contender, run) : null,
                loads);
    }

    private Latency replication(Contender contender, int run) {
        progress.accept(contender.name() + ", run " + run + ": replication in the library");
        Path folder = newFolder();
        try (Replication replication = new Replication(folder)) {
            Workload base = plan.base();
            return replication.measure(base.valueBytes(), base.warmupSeconds(), base.seconds());
        } finally {
            remove(folder);
        }
    }

    private static long[] toArray(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static long start(Members members) {
        long began = System.nanoTime();
        members.startAll();
        try (Attempts attempts = new Attempts(members.endpoints())) {
            return micros(attempts.firstWrite() - began);
        } catch (BenchException silent) {
            members.requireAlive();
            throw silent;
        }
    }

    private static long killLeader(Members members) {
        String leader;
        try (Attempts all = new Attempts(members.endpoints())) {
            leader = all.leader();
        }
        int killed = members.endpoints().indexOf(leader);
        long took;
        try (Attempts survivors = new Attempts(members.endpointsWithout(killed))) {
            survivors.firstWrite(); // connects, so that only the election is measured
            long began = System.nanoTime();
            members.kill(killed);
            took = micros(survivors.firstWrite() - began);
        }
        members.start(killed);
        try (Attempts back = new Attempts(List.of(leader))) {
            back.firstWrite();
        }
        return took;
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    /** In a new directory, which goes with all that is in it. */
    private void in(Contender contender, Consumer<Members> work) {
        Path folder = newFolder();
        try (Members members = new Members(contender, folder)) {
            work.accept(members);
        } finally {
            remove(folder);
        }
    }

    private Path newFolder() {
        try {
            return Files.createTempDirectory(plan.folder(), "quorate-bench-");
        } catch (IOException e) {
            throw new BenchException("cannot make a directory in " + plan.folder() + ": " + e.getMessage(), e);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new BenchException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }
}
