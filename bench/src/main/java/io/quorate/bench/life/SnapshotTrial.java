package io.quorate.bench.life;

import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Members;
import io.quorate.bench.life.Goal.Unit;
import io.quorate.bench.load.Load;
import io.quorate.bench.load.Measured;
import io.quorate.bench.load.Workload;
import io.quorate.bench.report.Units;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How writes fare while each member saves its store and one more member, a learner that has nothing, gets it sent; against the same
 * load without. Three voters answer in both, so what differs is the snapshot. In each second pair the order is turned round.
 */
final class SnapshotTrial implements Life.Trial {
    private static final int VOTERS = 3;
    private static final double GOAL = 2;

    @Override
    public void run(Workshop shop, Findings findings) {
        LifePlan plan = shop.plan();
        int heapMiB = plan.heapMiBFor(plan.sizes().snapshotBytes());
        shop.in(VOTERS, Workshop.NO_SNAPSHOTS, heapMiB, members -> {
            try (Cluster cluster = new Cluster(members)) {
                new Pairs(shop, findings, members, cluster).run();
            }
        });
    }

    private static final class Pairs {
        private final Workshop shop;
        private final Findings findings;
        private final Members members;
        private final Cluster cluster;
        private final Load load;
        private int warmupSeconds;
        private int fresh;
        private long learner;

        Pairs(Workshop shop, Findings findings, Members members, Cluster cluster) {
            this.shop = shop;
            this.findings = findings;
            this.members = members;
            this.cluster = cluster;
            load = load(0);
        }

        private Load load(int seconds) {
            LifePlan plan = shop.plan();
            return new Load(
                    members.endpoints(),
                    Workload.puts(
                            plan.counts().clients(),
                            VOTERS,
                            plan.sizes().keys(),
                            plan.sizes().valueBytes(),
                            seconds));
        }

        void run() {
            LifePlan plan = shop.plan();
            shop.says("writing a store of " + Units.bytes(plan.sizes().snapshotBytes()));
            load.fill();
            cluster.compact();
            warmupSeconds = plan.times().warmupSeconds();
            for (int pair = 1; pair <= plan.counts().pairs(); pair++) {
                boolean first = pair % 2 == 1;
                measure(pair, !first);
                measure(pair, first);
            }
            conclude();
        }

        private void measure(int pair, boolean withSnapshot) {
            shop.says("pair " + pair + " of " + shop.plan().counts().pairs() + ", "
                    + (withSnapshot ? "with" : "without"));
            Load warmed = load(warmupSeconds);
            warmupSeconds = Math.min(warmupSeconds, 2); // the servers are warm from now on
            Measured measured = withSnapshot ? withSnapshot(warmed) : warmed.during(this::pass);
            String which = withSnapshot ? "with" : "without";
            findings.figure(which + "P50Micros", measured.latencyMicros(50));
            findings.figure(which + "P99Micros", measured.latencyMicros(99));
            findings.figure(which + "MaxMicros", measured.latencyMicros(100));
            findings.figure(which + "OperationsPerSecond", measured.operationsPerSecond());
            findings.figure(which + "Failures", measured.failures());
            cluster.compact();
        }

        private void pass() {
            long end = System.nanoTime()
                    + TimeUnit.SECONDS.toNanos(shop.plan().times().seconds());
            while (System.nanoTime() - end < 0) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
        }

        private Measured withSnapshot(Load warmed) {
            Measured measured = warmed.during(() -> {
                long from = System.nanoTime();
                cluster.saveEverywhere();
                long taken = System.nanoTime();
                fresh = members.add();
                learner = cluster.addLearner(fresh);
                members.start(fresh);
                members.awaitReady(fresh);
                findings.figure("takenSeconds", (taken - from) / 1e9);
                findings.figure("sentSeconds", (System.nanoTime() - taken) / 1e9);
            });
            if (members.loggedAt(fresh, "snapshot-restored").isEmpty()) {
                throw new BenchException("the learner has all without that a snapshot was sent: its log says why, "
                        + members.directory(fresh) + ".log");
            }
            findings.figure("snapshotBytes", cluster.state(fresh).getSnapshots().getBytes());
            cluster.remove(learner);
            members.remove(fresh);
            return measured;
        }

        private void conclude() {
            LifePlan plan = shop.plan();
            for (int pair = 0; pair < plan.counts().pairs(); pair++) {
                findings.figure(
                        "p99Ratio",
                        findings.figures("withP99Micros")[pair] / findings.figures("withoutP99Micros")[pair]);
            }
            findings.setting("clients", plan.counts().clients());
            findings.setting("valueBytes", plan.sizes().valueBytes());
            findings.setting("pairs", plan.counts().pairs());
            findings.goal(
                    "p99 of writes while a snapshot of " + Units.bytes(findings.median("snapshotBytes"))
                            + " is taken and sent, against the same load without",
                    Unit.TIMES,
                    GOAL,
                    findings.median("p99Ratio"),
                    String.format(
                            Locale.ROOT,
                            "median of %d pairs: %s against %s at %d clients; taken in %.1f s by all, sent and restored in"
                                    + " %.1f s; %.0f writes failed",
                            plan.counts().pairs(),
                            Units.time(findings.median("withP99Micros")),
                            Units.time(findings.median("withoutP99Micros")),
                            plan.counts().clients(),
                            findings.median("takenSeconds"),
                            findings.median("sentSeconds"),
                            findings.sum("withFailures")));
        }
    }
}
