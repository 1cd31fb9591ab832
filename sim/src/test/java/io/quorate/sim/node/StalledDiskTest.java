package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.NodeStatus;
import io.quorate.node.Outcome;
import io.quorate.node.Refused;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Disks that hang under writers that never pause: memory stays within the bound, by the node's own count and by what it
 * allocates for entries and gives to its connections; and all goes on when the disks do.
 */
final class StalledDiskTest {
    private static final int WRITES = 5000;
    private static final int STALL_MILLIS = 3_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void memoryStaysWithinTheBoundAndAllGoesOnByItself(int size) {
        QuietCluster cluster = QuietCluster.started(size);
        SimMember leader = cluster.awaitLeader();
        cluster.runMillis(200);
        long before = leader.running().allocatedBytes();
        for (SimMember member : cluster.world.members) {
            Fault stall = cluster.fault(FaultKind.STALLED_DISK, STALL_MILLIS, member);
            member.disk.begin(stall);
            cluster.world.queue.at(stall.endNanos(), () -> member.disk.end(stall));
        }
        List<CompletableFuture<Outcome<Reply>>> outcomes = write(cluster, leader);
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.getNow(null) instanceof Refused<Reply> refused
                        && refused.reason() == Refused.Reason.OVERLOADED)
                .hasSizeGreaterThan(WRITES / 2);
        long bound = cluster.world.settings.options().maxInFlightBytes();
        // The end of each chunk has no room for another record.
        assertThat(leader.running().allocatedBytes() - before).isBetween(bound / 2, bound + bound / 4);
        cluster.runMillis(STALL_MILLIS + 3_000);
        assertThat(outcomes).allMatch(CompletableFuture::isDone);
        assertThat(inFlight(cluster, leader)).isZero();
        assertThat(cluster.write(leader)).isInstanceOf(Applied.class);
    }

    private static List<CompletableFuture<Outcome<Reply>>> write(QuietCluster cluster, SimMember leader) {
        long bound = cluster.world.settings.options().maxInFlightBytes();
        List<CompletableFuture<Outcome<Reply>>> outcomes = new ArrayList<>();
        for (int k = 1; k <= WRITES; k++) {
            outcomes.add(cluster.propose(leader));
            if (k % 50 == 0) {
                cluster.runMillis(5);
                assertThat(inFlight(cluster, leader)).isLessThanOrEqualTo(bound);
                assertThat(leader.running().waitingBytes()).isLessThanOrEqualTo(bound);
            }
        }
        return outcomes;
    }

    private static long inFlight(QuietCluster cluster, SimMember member) {
        CompletableFuture<NodeStatus> status = member.running().handle.status();
        cluster.runMillis(1);
        return status.join().inFlightBytes();
    }
}
