package io.quorate.bench.compare;

import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Attempts;
import io.quorate.bench.cluster.Channels;
import io.quorate.bench.cluster.Contender;
import io.quorate.bench.cluster.Folders;
import io.quorate.bench.cluster.Members;
import io.quorate.bench.cluster.Setup;
import io.quorate.bench.host.Proc;
import io.quorate.bench.load.Workload;
import io.quorate.bench.report.Commit;
import io.quorate.bench.report.Latency;
import io.quorate.bench.report.LoadReport;
import io.quorate.bench.report.LoadRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Lets contenders take turns under one plan. */
public final class Comparison {
    private static final int MEMBERS = 3;

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
        Folders.requireDisk(proc, plan.folder());
        List<RunReport> reports = new ArrayList<>();
        for (int run = 1; run <= plan.runs(); run++) {
            for (Contender contender : contenders) {
                reports.add(run(contender, run));
            }
        }
        return reports;
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
        List<Latency> measured = new ArrayList<>();
        Folders.inNew(plan.folder(), folder -> {
            try (Replication replication = new Replication(folder)) {
                Workload base = plan.base();
                measured.add(replication.measure(base.valueBytes(), base.warmupSeconds(), base.seconds()));
            }
        });
        return measured.get(0);
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
        try (Channels all = new Channels()) {
            leader = all.leader(members.endpoints());
        }
        int killed = members.at(leader);
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
        Folders.inNew(plan.folder(), folder -> {
            try (Members members = new Members(Setup.of(contender), folder, MEMBERS)) {
                work.accept(members);
            }
        });
    }
}
