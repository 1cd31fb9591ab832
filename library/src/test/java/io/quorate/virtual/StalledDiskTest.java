package io.quorate.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.kv.Result;
import io.quorate.node.Applied;
import io.quorate.node.NodeStatus;
import io.quorate.node.Outcome;
import io.quorate.node.Refused;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Disks that hang under writers that never pause: memory stays within the bound, and all goes on when the disks do. */
class StalledDiskTest {
    private static final int WRITES = 5000;

    @Test
    void memoryStaysWithinTheBoundAndAllGoesOnByItself() {
        for (int size : new int[] {1, 3}) {
            VirtualCluster cluster = new VirtualCluster(size, size, VirtualCluster.OPTIONS, UnaryOperator.identity());
            cluster.startAll();
            VirtualCluster.Node leader = cluster.awaitLeader(10_000);
            cluster.time.runMillis(200);
            cluster.nodes.forEach(VirtualCluster.Node::stallDisk);
            List<CompletableFuture<Outcome<Result>>> outcomes = write(cluster, leader);
            assertThat(outcomes)
                    .filteredOn(outcome -> outcome.getNow(null) instanceof Refused<Result> refused
                            && refused.reason() == Refused.Reason.OVERLOADED)
                    .hasSizeGreaterThan(WRITES / 2);
            cluster.nodes.forEach(VirtualCluster.Node::resumeDisk);
            cluster.time.runMillis(5000);
            assertThat(outcomes).allMatch(CompletableFuture::isDone);
            assertThat(inFlight(cluster, leader)).isZero();
            long before = leader.machine().revisionOfValue.size();
            assertThat(before).isPositive();
            CompletableFuture<Outcome<Result>> after = leader.handle().propose(Registers.put(1, WRITES + 1, 0));
            cluster.time.runMillis(500);
            assertThat(after.join()).isInstanceOf(Applied.class);
            assertThat(leader.machine().revisionOfValue).hasSize((int) before + 1);
        }
    }

    private static List<CompletableFuture<Outcome<Result>>> write(VirtualCluster cluster, VirtualCluster.Node leader) {
        List<CompletableFuture<Outcome<Result>>> outcomes = new ArrayList<>();
        for (int k = 1; k <= WRITES; k++) {
            ByteBuffer put = Registers.put(k % Registers.KEYS, k, 500);
            outcomes.add(leader.handle().propose(put));
            if (k % 50 == 0) {
                cluster.time.runMillis(5);
                assertThat(inFlight(cluster, leader)).isLessThanOrEqualTo(VirtualCluster.OPTIONS.maxInFlightBytes());
            }
        }
        return outcomes;
    }

    private static long inFlight(VirtualCluster cluster, VirtualCluster.Node node) {
        CompletableFuture<NodeStatus> status = node.handle().status();
        cluster.time.runMillis(1);
        return status.join().inFlightBytes();
    }
}
