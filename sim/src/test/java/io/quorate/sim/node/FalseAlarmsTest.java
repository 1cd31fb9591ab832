package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.Applied;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSummary;
import io.quorate.raft.Message;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.Unseen;
import io.quorate.sim.core.Violation;
import io.quorate.storage.MemoryDisk;
import io.quorate.storage.MemoryDisk.Loss;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Where a rule once blamed the product for what the simulator had wrong; others are among the tests of what was wrong. */
final class FalseAlarmsTest {
    /** Seed 351822620285 of profile unbounded, when faults still shared streams. */
    @Test
    void emptyMembersNeedNotElectALeaderWhileTheOneThatTheyWaitForIsRefused() {
        QuietCluster cluster = QuietCluster.started(3, Profile.UNBOUNDED);
        SimMember refused = cluster.world.members.get(0);
        cluster.runMillis(200);
        cluster.makeOld(refused, 1);
        refused.start();
        cluster.runMillis(500);
        assertThat(refused.isOut()).isTrue();
        assertThat(cluster.write(cluster.awaitLeader())).isInstanceOf(Applied.class);

        for (SimMember other : cluster.world.members.subList(1, 3)) {
            other.wipe(false);
        }
        cluster.world.settle();

        assertThat(cluster.world.leader()).isNull();
        assertThat(cluster.world.members.get(1).isUp()).isTrue();
        assertThat(cluster.world.members.get(2).isUp()).isTrue();
    }

    /** Found by taking out {@code SimMember.beforeFailedStart}: a write is lost, and the start that mends the log finds no room. */
    @Test
    void aStartThatMendedTheLogAndFailedIsRemembered() {
        QuietCluster cluster = QuietCluster.started(1, Profile.UNBOUNDED);
        SimMember only = cluster.awaitLeader();
        cluster.write(only);
        cluster.runMillis(500);
        only.disk.begin(cluster.fault(FaultKind.LOST_WRITE, 0, only));
        assertThat(cluster.write(only)).isInstanceOf(Applied.class);
        Fault full = cluster.fault(FaultKind.DISK_FULL, 60_000, only);
        only.powerLoss(Loss.EVERYTHING, only.lots);
        assertThat(only.disk.written().condition()).isEqualTo(WrittenBytes.Condition.DEBATABLE);

        only.disk.begin(full);
        only.start();
        assertThat(only.isUp()).isFalse();
        assertThat(only.isOut()).isFalse();
        assertThat(only.disk.written().condition()).isEqualTo(WrittenBytes.Condition.WHOLE);

        only.disk.end(full);
        only.start();
        assertThat(only.isUp()).isTrue();
        assertThat(cluster.world.ledger.timesUnseen(Unseen.LOST_LAST_WRITE)).isEqualTo(1);
    }

    /** Seed 973205622451 of profile unbounded: the same start, and the image is of the directory that it left. */
    @Test
    void anImageRemembersAStartThatMendedTheLogAndFailed() {
        QuietCluster cluster = QuietCluster.started(3, Profile.UNBOUNDED);
        SimMember leader = cluster.awaitLeader();
        cluster.write(leader);
        cluster.runMillis(500);
        SimMember follower = cluster.other(leader);
        follower.disk.begin(cluster.fault(FaultKind.LOST_WRITE, 0, follower));
        assertThat(cluster.write(leader)).isInstanceOf(Applied.class);
        cluster.runMillis(100);
        Fault full = cluster.fault(FaultKind.DISK_FULL, 60_000, follower);
        follower.powerLoss(Loss.EVERYTHING, follower.lots);
        assertThat(follower.disk.written().condition()).isEqualTo(WrittenBytes.Condition.DEBATABLE);

        follower.disk.begin(full);
        follower.start();
        assertThat(follower.isUp()).isFalse();
        follower.disk.end(full);
        SimMember.Held held = follower.held();
        assertThat(held.isWhole()).isFalse();

        follower.restore(held);
        follower.start();
        assertThat(follower.isUp()).isTrue();
        assertThat(cluster.world.ledger.timesUnseen(Unseen.LOST_LAST_WRITE)).isEqualTo(1);
    }

    /** Found by reading: a lie shows in the image at once, and in the disk only when its process ends. */
    @Test
    void anImageThatLacksWhatTheDiskLiedAboutIsNotWhole() {
        QuietCluster cluster = QuietCluster.started(3, Profile.UNBOUNDED);
        SimMember leader = cluster.awaitLeader();
        cluster.write(leader);
        cluster.runMillis(500);
        SimMember follower = cluster.other(leader);
        assertThat(follower.held().isWhole()).isTrue();
        follower.disk.begin(cluster.fault(FaultKind.LOST_WRITE, 0, follower));
        assertThat(cluster.write(leader)).isInstanceOf(Applied.class);
        cluster.runMillis(100);
        assertThat(follower.disk.written().condition()).isEqualTo(WrittenBytes.Condition.WHOLE);
        assertThat(follower.held().isWhole()).isFalse();
    }

    /**
     * Seed 453774690689 of profile unbounded: rot shows, and the last write, which was lost, does not: nobody can tell that the
     * log reached any further than what shows behind the rot.
     */
    @Test
    void ofTwoDamagesTheOneAtTheLogsEndNeedNotBeSeen() {
        QuietCluster cluster = QuietCluster.started(3, Profile.UNBOUNDED);
        SimMember leader = cluster.awaitLeader();
        for (int write = 0; write < 4; write++) {
            cluster.write(leader);
        }
        cluster.runMillis(500);
        SimMember follower = cluster.other(leader);
        List<Map.Entry<String, WrittenBytes.Extent>> held =
                follower.disk.written().targets();
        Map.Entry<String, WrittenBytes.Extent> early = held.get(held.size() - 3);
        follower.disk.begin(cluster.fault(FaultKind.LOST_WRITE, 0, follower));
        assertThat(cluster.write(leader)).isInstanceOf(Applied.class);
        cluster.runMillis(100);
        int reached = follower.model().lastIndex();
        follower.powerLoss(Loss.EVERYTHING, follower.lots);
        early.getValue().damage = cluster.fault(FaultKind.BIT_ROT, 0, follower);
        MemoryDisk medium = follower.disk.medium();
        long at = early.getValue().at + 20;
        medium.overwrite(early.getKey(), at, new byte[] {(byte) ~medium.held(early.getKey(), at)});
        medium.evict();
        assertThat(follower.disk.written().condition()).isEqualTo(WrittenBytes.Condition.PROVEN);

        follower.start();
        assertThat(follower.isUp()).isTrue();
        assertThat(follower.model().isDamaged()).isTrue();
        assertThat(follower.model().lastIndex()).isLessThan(reached);
        assertThat(cluster.world.ledger.timesHit(Mark.DAMAGE_CUT)).isEqualTo(1);
        assertThat(cluster.world.ledger.timesUnseen(Unseen.LOST_LAST_WRITE)).isEqualTo(1);
    }

    /**
     * Seed 88800000468 of profile node: alone in its cluster, a member removed another, ended, and starts with that entry in its
     * log and no word on disk that it is committed.
     */
    @Test
    void whatOnlyTheLastLifeKnewToBeCommittedIsNotKnownAnyMore() {
        NodeWorld world = QuietCluster.started(3).world;
        SimMember member = world.members.get(0);
        Member self = Objects.requireNonNull(world.memberships.newest().member(1));
        Membership alone = new Membership(List.of(self), List.of(1L), List.of(), List.of(), List.of(2L), 6);
        Message asks = new Message.RequestVote(0, 2, 1, 4, 5, 2, false);
        world.memberships.committed(member, 6, alone);
        assertThatThrownBy(() -> world.memberships.delivered(member, asks)).isInstanceOf(Violation.class);
        SnapshotMark mark = new SnapshotMark(0, 0, Membership.ofVoters(List.of(self)));
        world.memberships.started(member, new RestartImage(HardState.INITIAL, mark, LogSummary.empty(0)));
        world.memberships.delivered(member, asks);
    }

    /** Seed 99200000716 of profile node: a learner that goes with the first half of a change is heard until the second is committed. */
    @Test
    void whoLeavesIsHeardUntilTheChangeIsOver() {
        NodeWorld world = QuietCluster.started(3).world;
        SimMember member = world.members.get(0);
        List<Member> two = List.of(new Member(1, 1, "n1", List.of()), new Member(2, 2, "n2", List.of()));
        Membership joint = new Membership(two, List.of(1L), List.of(1L, 2L), List.of(), List.of(3L), 6);
        Membership over = new Membership(two, List.of(1L), List.of(), List.of(), List.of(3L), 7);
        Message from3 = new Message.TimeoutNow(0, 3, 1, 1);
        world.memberships.committed(member, 6, joint);
        world.memberships.delivered(member, from3);
        world.memberships.committed(member, 7, over);
        assertThatThrownBy(() -> world.memberships.delivered(member, from3)).isInstanceOf(Violation.class);
    }
}
