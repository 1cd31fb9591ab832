package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.NodeStatus;
import io.quorate.node.Outcome;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Mark;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whole members over real logs, whose disk is slow: they measure it, and who leads hands over. */
final class SickMemberTest {
    private static final int FAULT_MILLIS = 60_000;

    private final QuietCluster cluster = QuietCluster.started(3);
    private final SimMember sick = cluster.awaitLeaderOfAll();
    private final int electionMillis = cluster.world.settings.options().electionTimeoutMillis();

    @Test
    void aLeaderWhoseDiskHangsHandsOverBeforeItsFollowersMissIt() {
        begin(FaultKind.STALLED_DISK, 0);
        CompletableFuture<Outcome<Reply>> write = cluster.propose(sick);
        cluster.runMillis(electionMillis - 1L);
        SimMember next = cluster.awaitLeader();
        assertThat(next).isNotSameAs(sick);
        assertThat(sickness(sick)).contains("and is not done");
        assertThat(sickness(next)).isNull();
        assertThat(write.join()).isInstanceOf(Applied.class);
        assertThat(cluster.world.ledger.timesHit(Mark.MEASURED_SICK)).isEqualTo(1);
    }

    @Test
    void aLeaderWhoseDiskIsSlowHandsOverAndStaysAFollowerUntilItIsNot() {
        Fault slow = begin(FaultKind.SLOW_DISK, electionMillis * 1_000L);
        while (sickness(sick) == null) {
            assertThat(cluster.write(sick)).isInstanceOf(Applied.class);
        }
        cluster.runMillis(electionMillis);
        SimMember next = cluster.awaitLeader();
        assertThat(next).isNotSameAs(sick);
        for (int k = 0; k < 100; k++) {
            cluster.write(next);
            cluster.runMillis(electionMillis / 10);
        }
        assertThat(cluster.world.leader()).isSameAs(next);
        assertThat(sickness(sick)).as("it measures as a follower, too").startsWith("a flush of its log");
        sick.disk.end(slow);
        cluster.runMillis(12L * electionMillis);
        assertThat(sickness(sick)).isNull();
    }

    private Fault begin(FaultKind kind, long strength) {
        Fault fault = new Fault(
                1, kind, cluster.world.queue.now(), FAULT_MILLIS * QuietCluster.MILLI, sick.number, -1, strength);
        sick.disk.begin(fault);
        return fault;
    }

    private @Nullable String sickness(SimMember member) {
        CompletableFuture<NodeStatus> status = member.running().handle.status();
        cluster.runMillis(1);
        return status.join().sickness();
    }
}
