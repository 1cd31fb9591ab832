package io.quorate.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.kv.PutResponse;
import io.quorate.kv.Result;
import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.Outcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * A disk without room for the next segment: a leader refuses writes for that reason and goes on reading and leading, a
 * follower holds up nobody, and with room again everything goes on by itself.
 */
class DiskFullTest {
    /** More than the segment being written and the spare behind it can hold. */
    private static final int MANY = 400;

    private static final int PADDING = 500;
    private static final int KEY = 1;

    private final VirtualCluster cluster = new VirtualCluster(11, 3, VirtualCluster.OPTIONS, UnaryOperator.identity());
    private final TreeMap<Long, Long> acknowledged = new TreeMap<>();
    private long lastValue;

    @Test
    void aLeaderRefusesWritesUntilThereIsRoom() {
        VirtualCluster.Node leader = started();
        leader.medium.capacity(0);
        assertThat(writeUntilRefused(leader)).isEqualTo(Refused.Reason.NO_SPACE);

        VirtualCluster.Node follower = cluster.nodes.get(leader == cluster.nodes.get(0) ? 1 : 0);
        Outcome<Result> forwarded = write(follower);
        assertThat(forwarded).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo(Refused.Reason.NO_SPACE));
        cluster.time.runMillis(5_000);
        assertThat(cluster.leader()).isSameAs(leader);
        var read = leader.handle()
                .read(Consistency.LINEARIZABLE, () -> leader.machine().cell(KEY));
        cluster.time.runMillis(500);
        assertThat(read.getNow(null)).isInstanceOf(Served.class);

        leader.medium.capacity(Long.MAX_VALUE);
        cluster.time.runMillis(5_000);
        assertThat(write(leader)).isInstanceOf(Applied.class);
        checkAll();
    }

    @Test
    void aFollowerWithoutRoomHoldsUpNobodyAndCatchesUp() {
        VirtualCluster.Node leader = started();
        VirtualCluster.Node follower = cluster.nodes.get(leader == cluster.nodes.get(0) ? 1 : 0);
        follower.medium.capacity(0);
        for (int k = 0; k < MANY; k++) {
            assertThat(write(leader)).isInstanceOf(Applied.class);
        }
        assertThat(follower.machine().hash()).isNotEqualTo(leader.machine().hash());
        assertThat(cluster.leader()).isSameAs(leader);

        follower.medium.capacity(Long.MAX_VALUE);
        checkAll();
    }

    /** A vote and a term fit into what is left of the segment: a full member still takes part in elections. */
    @Test
    void aMemberWithoutRoomStillVotes() {
        VirtualCluster.Node leader = started();
        VirtualCluster.Node full = cluster.nodes.get(leader == cluster.nodes.get(0) ? 1 : 0);
        leader.medium.capacity(0);
        assertThat(writeUntilRefused(leader)).isEqualTo(Refused.Reason.NO_SPACE);
        full.medium.capacity(0);
        leader.kill();
        VirtualCluster.Node next = cluster.awaitLeader(20_000);
        assertThat(next).isNotSameAs(leader);
        full.medium.capacity(Long.MAX_VALUE);
        leader.medium.capacity(Long.MAX_VALUE);
        checkAll();
    }

    private VirtualCluster.Node started() {
        cluster.startAll();
        return cluster.awaitLeader(10_000);
    }

    private Refused.Reason writeUntilRefused(VirtualCluster.Node node) {
        for (int k = 0; k < MANY; k++) {
            if (write(node) instanceof Refused<Result> refused) {
                return refused.reason();
            }
        }
        throw new AssertionError("a disk without room took " + MANY + " writes");
    }

    private Outcome<Result> write(VirtualCluster.Node node) {
        long value = ++lastValue;
        CompletableFuture<Outcome<Result>> future = node.handle().propose(Registers.put(KEY, value, PADDING));
        for (int passed = 0; passed < 10_000 && !future.isDone(); passed++) {
            cluster.time.runMillis(1);
        }
        Outcome<Result> outcome = future.join();
        if (outcome instanceof Applied<Result> applied) {
            acknowledged.put(value, ((PutResponse) applied.result()).revision());
        }
        return outcome;
    }

    /** All members hold the same, and in it everything that was acknowledged. */
    private void checkAll() {
        new Chaos(cluster).settle();
        for (VirtualCluster.Node node : cluster.nodes) {
            assertThat(node.machine().revisionOfValue).containsAllEntriesOf(acknowledged);
        }
    }
}
