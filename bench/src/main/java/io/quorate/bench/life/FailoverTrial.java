package io.quorate.bench.life;

import io.quorate.bench.cluster.Members;
import io.quorate.bench.life.Goal.Unit;
import io.quorate.bench.report.Latency;
import io.quorate.bench.report.Units;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long one client that writes without a rest waits when the leader is killed: from the kill, or from the beginning of the write
 * where that is later, to the acknowledgement; the longest wait until a write has passed that was begun after the process was gone.
 */
final class FailoverTrial implements Life.Trial {
    private static final int MEMBERS = 3;
    private static final double GOAL_P50_MICROS = 150_000;
    private static final double GOAL_P99_MICROS = 500_000;
    /** A kill comes at any moment of a heartbeat. */
    private static final int MOST_MILLIS_BEFORE = 100;

    @Override
    public void run(Workshop shop, Findings findings) {
        LifePlan plan = shop.plan();
        SplittableRandom moments = new SplittableRandom(1);
        shop.in(MEMBERS, List.of(), 0, members -> {
            try (Cluster cluster = new Cluster(members);
                    Clients client = new Clients(members.endpoints(), 1, 0)) {
                shop.says("warm-up");
                client.warmUp(plan.times().warmupSeconds());
                for (int kill = 1; kill <= plan.counts().kills(); kill++) {
                    shop.says("kill " + kill + " of " + plan.counts().kills());
                    client.awaitConnected();
                    int leader = cluster.leader();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(moments.nextInt(MOST_MILLIS_BEFORE)));
                    findings.figure("pauseMicros", kill(members, client, leader));
                }
            }
        });
        conclude(plan, findings);
    }

    private static double kill(Members members, Clients client, int leader) {
        client.forget();
        long killed = System.nanoTime();
        members.kill(leader);
        client.awaitWritesBegunAfter(System.nanoTime());
        double pause = client.longestWaitMicrosSince(killed);
        members.start(leader);
        members.awaitReady(leader);
        return pause;
    }

    private static void conclude(LifePlan plan, Findings findings) {
        findings.setting("kills", plan.counts().kills());
        Latency pauses = Latency.ofTrials(Arrays.stream(findings.figures("pauseMicros"))
                .mapToLong(Math::round)
                .toArray());
        String what = "pause of writes after kill -9 of the leader, one client that knows all members, ";
        String detail = String.format(
                Locale.ROOT, "%d kills, default settings; longest %s", pauses.count(), Units.time(pauses.max()));
        findings.goal(what + "p50", Unit.MICROS, GOAL_P50_MICROS, pauses.p50(), detail);
        findings.goal(what + "p99", Unit.MICROS, GOAL_P99_MICROS, pauses.p99(), "the same");
    }
}
