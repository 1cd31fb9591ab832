package io.quorate.sim.node;

import io.quorate.node.Outcome;
import io.quorate.node.RaftOptions;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Limits;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Members to which nothing happens but what a test does to them. */
final class QuietCluster {
    static final long MILLI = 1_000_000;
    private static final int RING_BYTES = 64 << 10;
    static final int MOST_SNAPSHOT_ENTRIES = 10;
    private static final Limits LIMITS =
            new Limits(20, 150, true, true, RING_BYTES, 4 << 10, 16 << 10, 8, 1000, true, 24 << 10, 8 << 10);

    final NodeWorld world;
    private int lastNumber;

    private QuietCluster(NodeWorld world) {
        this.world = world;
    }

    /** Its members hand writes to their leader. */
    static QuietCluster started(int members, Profile profile) {
        return started(members, profile, List.of());
    }

    /** @param workload of client 1; client 0 is left for probes */
    static QuietCluster started(int members, Profile profile, List<Operation> workload) {
        for (long seed = 1; ; seed++) {
            Script script = new Script(seed, profile, members, 2, 1, LIMITS, 0, List.of(), workload);
            NodeWorld world = new NodeWorld(script, RunListener.NONE, new KvApplication());
            if (world.settings.options().forwardToLeader()) {
                world.members.forEach(SimMember::start);
                return new QuietCluster(world);
            }
        }
    }

    /** Its members take a snapshot every few commands, and keep next to nothing of the log behind it. */
    static QuietCluster withSnapshots(int members) {
        for (long seed = 1; ; seed++) {
            Script script = new Script(seed, Profile.NODE, members, 2, 1, LIMITS, 0, List.of(), List.of());
            NodeWorld world = new NodeWorld(script, RunListener.NONE, new KvApplication());
            RaftOptions options = world.settings.options();
            boolean isOften = options.snapshotEntries() <= MOST_SNAPSHOT_ENTRIES
                    && options.tailEntries() <= MOST_SNAPSHOT_ENTRIES
                    && world.settings.snapshots().bytesPerSecond() == 0;
            if (isOften && options.forwardToLeader() && !world.settings.patient()) {
                world.members.forEach(SimMember::start);
                return new QuietCluster(world);
            }
        }
    }

    /** Three, of which none runs yet, with the times of the product; by rising seed. */
    static List<QuietCluster> patient(int count) {
        Limits limits =
                new Limits(100, 1000, true, true, RING_BYTES, 4 << 10, 16 << 10, 8, 1000, true, 24 << 10, 8 << 10);
        List<QuietCluster> clusters = new ArrayList<>();
        for (long seed = 1; clusters.size() < count; seed++) {
            Script script = new Script(seed, Profile.NODE, 3, 1, 1, limits, 0, List.of(), List.of());
            NodeWorld world = new NodeWorld(script, RunListener.NONE, new KvApplication());
            if (world.settings.patient()) {
                clusters.add(new QuietCluster(world));
            }
        }
        return clusters;
    }

    static QuietCluster started(int members) {
        return started(members, Profile.NODE);
    }

    void runMillis(long millis) {
        world.runUntil(world.queue.now() + millis * MILLI);
    }

    SimMember awaitLeader() {
        for (int passed = 0; passed < 10_000; passed++) {
            SimMember leader = world.leader();
            if (leader != null) {
                return leader;
            }
            runMillis(1);
        }
        throw new AssertionError("nobody led within 10 s");
    }

    /**
     * With time for the last member, too, to hear of all the others' first starts: before, it is in no quorum, and of three one
     * more that is missing is too many.
     */
    SimMember awaitLeaderOfAll() {
        awaitLeader();
        runMillis(1_000);
        return awaitLeader();
    }

    SimMember other(SimMember member) {
        int last = world.members.size() - 1;
        return world.members.get(member.number == last ? 0 : last);
    }

    Operation nextPut() {
        return new Operation(++lastNumber, Operation.Kind.PUT, 0, 0, 0, 0);
    }

    CompletableFuture<Outcome<Reply>> propose(SimMember member) {
        return member.running().handle.propose(KvForms.command(Requests.request(nextPut(), 1)));
    }

    /** Its directory is again what it is now, after it has started so often and its peers have heard of that. */
    void makeOld(SimMember member, int starts) {
        SimMember.Held held = member.held();
        for (int start = 0; start < starts; start++) {
            member.kill();
            member.start();
            runMillis(1_000);
        }
        member.restore(held);
    }

    Outcome<Reply> write(SimMember member) {
        CompletableFuture<Outcome<Reply>> outcome = propose(member);
        for (int passed = 0; passed < 10_000 && !outcome.isDone(); passed++) {
            runMillis(1);
        }
        return outcome.join();
    }

    /** Number of the last operation that was proposed. */
    int lastNumber() {
        return lastNumber;
    }

    Fault fault(FaultKind kind, long forMillis, SimMember member) {
        return new Fault(1, kind, world.queue.now(), forMillis * MILLI, member.number, -1, 0);
    }
}
