package io.quorate.bench.life;

import io.quorate.bench.cluster.Members;
import io.quorate.bench.life.Goal.Unit;
import io.quorate.bench.report.Latency;
import io.quorate.bench.report.Units;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The longest wait of a write while the lead is moved, under a light load: a few clients, each of which rests after a write. */
final class TransferTrial implements Life.Trial {
    private static final int MEMBERS = 3;
    private static final int CLIENTS = 4;
    private static final long REST_NANOS = 5_000_000;
    private static final int WRITES_BETWEEN = 20;
    private static final double GOAL_P99_MICROS = 20_000;

    @Override
    public void run(Workshop shop, Findings findings) {
        LifePlan plan = shop.plan();
        shop.in(MEMBERS, List.of(), 0, members -> {
            try (Cluster cluster = new Cluster(members);
                    Clients clients = new Clients(members.endpoints(), CLIENTS, REST_NANOS)) {
                shop.says("warm-up");
                clients.warmUp(plan.times().warmupSeconds());
                for (int number = 1; number <= plan.counts().transfers(); number++) {
                    shop.says("transfer " + number + " of " + plan.counts().transfers());
                    transfer(members, cluster, clients, findings);
                }
            }
        });
        conclude(plan, findings);
    }

    private static void transfer(Members members, Cluster cluster, Clients clients, Findings findings) {
        int from = cluster.leader();
        long to = cluster.idOf((from + 1) % MEMBERS);
        clients.forget();
        clients.awaitWritten(WRITES_BETWEEN);
        clients.forget();
        long ordered = System.nanoTime();
        cluster.moveLeader(from, to);
        long moved = System.nanoTime();
        clients.awaitWritesBegunAfter(moved);
        findings.figure("pauseMicros", clients.longestWaitMicrosSince(ordered));
        findings.figure("callMicros", (moved - ordered) / 1000.0);
    }

    private static void conclude(LifePlan plan, Findings findings) {
        findings.setting("transfers", plan.counts().transfers());
        findings.setting("clients", CLIENTS);
        Latency pauses = Latency.ofTrials(Arrays.stream(findings.figures("pauseMicros"))
                .mapToLong(Math::round)
                .toArray());
        findings.goal(
                "pause of writes in a planned transfer of the lead, p99",
                Unit.MICROS,
                GOAL_P99_MICROS,
                pauses.p99(),
                String.format(
                        Locale.ROOT,
                        "%d transfers, %d clients that rest 5 ms after each write; p50 %s, longest %s",
                        pauses.count(),
                        CLIENTS,
                        Units.time(pauses.p50()),
                        Units.time(pauses.max())));
    }
}
