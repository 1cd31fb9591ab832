package io.quorate.bench.life;

import io.quorate.bench.cluster.Members;
import io.quorate.bench.life.Goal.Unit;
import io.quorate.bench.load.Load;
import io.quorate.bench.load.Workload;
import java.util.Locale;

/**
 * The longest time for which a write waits, all refusals in it, while a member is replaced: the leader first, then one that follows,
 * and so on in turn. A new member comes as a learner, catches up and is swapped in.
 */
final class ReplaceTrial implements Life.Trial {
    private static final int MEMBERS = 3;
    private static final int KEYS = 10_000;
    private static final double ELECTION_TIMEOUT_MICROS = 1_000_000;

    @Override
    public void run(Workshop shop, Findings findings) {
        LifePlan plan = shop.plan();
        shop.in(MEMBERS, Workshop.NO_SNAPSHOTS, plan.place().heapMiB(), members -> {
            new Load(
                            members.endpoints(),
                            Workload.puts(
                                    plan.counts().clients(),
                                    MEMBERS,
                                    KEYS,
                                    plan.sizes().valueBytes(),
                                    0))
                    .fill();
            try (Cluster cluster = new Cluster(members);
                    Clients clients =
                            new Clients(members.endpoints(), plan.counts().clients(), 0)) {
                shop.says("warm-up");
                clients.warmUp(plan.times().warmupSeconds());
                for (int number = 1; number <= plan.counts().replacements(); number++) {
                    shop.says("replacement " + number + " of " + plan.counts().replacements());
                    replace(members, cluster, clients, number % 2 == 1, findings);
                }
            }
        });
        conclude(plan, findings);
    }

    private static void replace(Members members, Cluster cluster, Clients clients, boolean leader, Findings findings) {
        int leads = cluster.leader();
        int leaving =
                leader ? leads : members.at(members.endpointsWithout(leads).get(0));
        int fresh = members.add();
        clients.forget();
        long from = System.nanoTime();
        cluster.replace(leaving, fresh);
        members.awaitReady(fresh);
        clients.reach(members.endpoint(fresh));
        clients.leave(members.endpoint(leaving));
        clients.awaitWritesBegunAfter(System.nanoTime());
        findings.figure("longestWaitMicros", clients.longestWaitMicrosSince(from));
        findings.figure("replacementSeconds", (System.nanoTime() - from) / 1e9);
        findings.figure("leaderReplaced", leader ? 1 : 0);
        findings.figure("writes", clients.noted());
        members.remove(leaving);
    }

    private static void conclude(LifePlan plan, Findings findings) {
        findings.setting("clients", plan.counts().clients());
        findings.setting("replacements", plan.counts().replacements());
        findings.goal(
                String.format(
                        Locale.ROOT,
                        "longest wait of a write while a member is replaced under the load of %d clients",
                        plan.counts().clients()),
                Unit.MICROS,
                ELECTION_TIMEOUT_MICROS,
                findings.most("longestWaitMicros"),
                String.format(
                        Locale.ROOT,
                        "worst of %,.0f writes in %d replacements, %.0f of them of the leader; the goal is one election"
                                + " timeout",
                        findings.sum("writes"),
                        plan.counts().replacements(),
                        findings.sum("leaderReplaced")));
    }
}
