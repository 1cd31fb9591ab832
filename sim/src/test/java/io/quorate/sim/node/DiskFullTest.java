package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.Outcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Operation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A disk without room for the next segment: a leader refuses writes for that reason and goes on reading and leading, a
 * follower holds up nobody, and with room again everything goes on by itself.
 */
final class DiskFullTest {
    /** More than the segment being written and the spare behind it can hold. */
    private static final int MANY = 600;

    private static final Operation READ = new Operation(1, Operation.Kind.READ, 0, 0, 0, 0);

    private final QuietCluster cluster = QuietCluster.started(3);
    private final List<Integer> acknowledged = new ArrayList<>();

    @Test
    void aLeaderRefusesWritesUntilThereIsRoom() {
        SimMember leader = cluster.awaitLeader();
        Fault full = fill(leader);
        assertThat(writeUntilRefused(leader)).isEqualTo(Refused.Reason.NO_SPACE);

        assertThat(write(cluster.other(leader)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Refused.Reason.NO_SPACE));
        cluster.runMillis(2_000);
        assertThat(cluster.world.leader()).isSameAs(leader);
        MemberLife life = leader.running();
        var read = life.handle.read(Consistency.LINEARIZABLE, () -> life.store.read(READ));
        cluster.runMillis(500);
        assertThat(read.getNow(null)).isInstanceOf(Served.class);

        leader.disk.end(full);
        cluster.runMillis(2_000);
        assertThat(write(leader)).isInstanceOf(Applied.class);
        checkAll();
    }

    @Test
    void aFollowerWithoutRoomHoldsUpNobodyAndCatchesUp() {
        SimMember leader = cluster.awaitLeader();
        SimMember follower = cluster.other(leader);
        Fault full = fill(follower);
        for (int k = 0; k < MANY; k++) {
            assertThat(write(leader)).isInstanceOf(Applied.class);
        }
        assertThat(follower.running().store.lastIndex())
                .isLessThan(leader.running().store.lastIndex());
        assertThat(cluster.world.leader()).isSameAs(leader);

        follower.disk.end(full);
        checkAll();
    }

    /** A vote and a term fit into what is left of the segment: a full member still takes part in elections. */
    @Test
    void aMemberWithoutRoomStillVotes() {
        SimMember leader = cluster.awaitLeader();
        SimMember voter = cluster.other(leader);
        Fault full = fill(leader);
        assertThat(writeUntilRefused(leader)).isEqualTo(Refused.Reason.NO_SPACE);
        Fault voterFull = fill(voter);
        leader.stayDownUntil(Long.MAX_VALUE);
        leader.kill();
        cluster.runMillis(100);
        assertThat(cluster.awaitLeader()).isNotSameAs(leader);
        voter.disk.end(voterFull);
        leader.disk.end(full);
        leader.stayDownUntil(0);
        checkAll();
    }

    private Fault fill(SimMember member) {
        Fault full = cluster.fault(FaultKind.DISK_FULL, 60_000, member);
        member.disk.begin(full);
        return full;
    }

    private Refused.Reason writeUntilRefused(SimMember member) {
        for (int k = 0; k < MANY; k++) {
            if (write(member) instanceof Refused<Reply> refused) {
                return refused.reason();
            }
        }
        throw new AssertionError("a disk without room took " + MANY + " writes");
    }

    private Outcome<Reply> write(SimMember member) {
        Outcome<Reply> outcome = cluster.write(member);
        if (outcome instanceof Applied) {
            acknowledged.add(cluster.lastNumber());
        }
        return outcome;
    }

    /** All members hold the same, and in it everything that was acknowledged. */
    private void checkAll() {
        cluster.world.settle();
        assertThat(acknowledged).isNotEmpty().allMatch(cluster.world.applied::holds);
    }
}
