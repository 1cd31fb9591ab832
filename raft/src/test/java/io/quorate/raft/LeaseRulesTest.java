package io.quorate.raft;

import static io.quorate.raft.Scene.all;
import static io.quorate.raft.Scene.requestPreVote;
import static io.quorate.raft.Scene.requestVote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.TimeoutNow;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Membership;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reads by a lease and what voters promise for it (thesis 6.4.1). An election timeout is 100 ticks here, a heartbeat 10. */
class LeaseRulesTest {
    private static final Lease LEASE = new Lease(300, 100);
    private static final int LEADER_TICKS = 300 - 30 - 2;

    private static Scene scene(int size) {
        return scene(Scene.voters(size));
    }

    /** The promise that every life begins with is over. */
    private static Scene scene(Membership membership) {
        Scene scene = Scene.of(membership.leasing(LEASE));
        scene.member.advance(LEASE.ticks());
        return scene;
    }

    /** Elected, its first entry committed, and its round answered by as many others. */
    private static Scene leading(int size, int answering) {
        Scene scene = scene(size).leadAndCommit();
        scene.drain();
        for (long id = 2; id < 2 + answering; id++) {
            scene.acknowledge(id, 1, 1, 1);
        }
        return scene;
    }

    @Test
    @DisplayName("a lease is shorter than the promise by the drift and by the whole ticks in which clocks are read")
    void aLeaseIsShorterThanThePromise() {
        assertThat(LEASE.leaderTicks()).isEqualTo(LEADER_TICKS);
        assertThat(new Lease(1000, 0).leaderTicks()).isEqualTo(998);
        assertThat(new Lease(1001, 1).leaderTicks()).isEqualTo(997); // A part of a tick is a tick.
        assertThat(Lease.OFF.leaderTicks()).isZero();
        assertThat(new Lease(10, 500).leaderTicks()).isPositive();
    }

    @Test
    @DisplayName("a lease that makes no sense is refused")
    void leasesAreChecked() {
        assertThatThrownBy(() -> new Lease(9, 0)).hasMessageContaining("10 to 600000");
        assertThatThrownBy(() -> new Lease(600_001, 0)).hasMessageContaining("600001");
        assertThatThrownBy(() -> new Lease(100, 501)).hasMessageContaining("501");
        assertThatThrownBy(() -> new Lease(100, -1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new Lease(0, 1)).hasMessageContaining("not 0 and 1");
    }

    @Test
    @DisplayName("without leases nobody holds one")
    void offByDefault() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.member.tell(new Input.ReadIndex(1));
        scene.drain();
        scene.acknowledge(2, 1, 1, 1);
        assertThat(scene.raft().leaseIndex()).isEqualTo(-1);
        assertThat(scene.raft().leaseTicks()).isZero();
    }

    @Test
    @DisplayName("a majority makes it, not one less")
    void aMajorityMakesALease() {
        assertThat(leading(5, 1).raft().leaseIndex()).isEqualTo(-1);
        assertThat(leading(5, 2).raft().leaseIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("it is counted from the beginning of the round, not from the answer")
    void countedFromTheRound() {
        Scene scene = scene(3).leadAndCommit();
        scene.drain();
        scene.member.advance(50);
        scene.acknowledge(2, 1, 1, 1);
        assertThat(scene.raft().leaseTicks()).isEqualTo(LEADER_TICKS - 50);
    }

    @Test
    @DisplayName("it ends at its tick, also when nothing else happens")
    void itEnds() {
        Scene scene = leading(3, 1);
        for (int heard = 0; heard < LEADER_TICKS - 8; heard += 10) { // Heard, but in no new round.
            scene.member.advance(10);
            scene.acknowledge(2, 1, 1, 1);
        }
        scene.member.advance(scene.raft().leaseTicks() - 1);
        assertThat(scene.raft().leaseIndex()).isEqualTo(1);
        scene.member.advance(1);
        assertThat(scene.raft().leaseIndex()).isEqualTo(-1);
    }

    @Test
    @DisplayName("each heartbeat renews it, without a message more")
    void heartbeatsRenewIt() {
        Scene scene = leading(3, 1);
        scene.member.advance(9);
        assertThat(scene.drain()).isEmpty();
        scene.member.advance(1);
        assertThat(all(scene.drain(), AppendEntries.class)).hasSize(2).allMatch(m -> m.readRound() == 2);
        scene.acknowledge(2, 1, 1, 2);
        assertThat(scene.raft().leaseTicks()).isEqualTo(LEADER_TICKS);
    }

    @Test
    @DisplayName("thesis 6.4: none before an entry of the leader's own term is committed")
    void noneBeforeTheTermStart() {
        Scene scene = scene(3).lead();
        scene.member.advance(20);
        scene.settle();
        assertThat(scene.raft().leaseIndex()).isEqualTo(-1);
    }

    @Test
    @DisplayName("a voter counts when its disk holds the entry that switched leases on")
    void thePromiseMustBeDurable() {
        Scene scene = Scene.of(3).leadAndCommit();
        Membership leased = scene.raft().membership().leasing(LEASE);
        assertThat(scene.raft().change(scene.raft().membershipIndex(), leased)).isEqualTo(2);
        scene.settle();
        scene.acknowledge(2, 2, 1, 1);
        assertThat(scene.raft().leaseIndex()).isEqualTo(-1);
        scene.acknowledge(2, 2, 2, 1);
        assertThat(scene.raft().leaseIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("an entry that switches leases off ends them where it stands in the leader's log")
    void switchedOff() {
        Scene scene = leading(3, 2);
        scene.raft()
                .change(
                        scene.raft().membershipIndex(),
                        scene.raft().membership().leasing(Lease.OFF));
        assertThat(scene.raft().leaseIndex()).isEqualTo(-1);
    }

    @Test
    @DisplayName("a change of the members ends it until a quorum of the new ones has answered")
    void changesEndIt() {
        Scene scene = scene(new Membership(Scene.members(5), List.of(1L, 2L, 3L), List.of()))
                .leadAndCommit();
        scene.drain();
        for (long id = 2; id <= 5; id++) {
            scene.acknowledge(id, 1, 1, 1);
        }
        assertThat(scene.raft().leaseIndex()).isEqualTo(1);
        Membership target = new Membership(Scene.members(5), List.of(1L, 4L, 5L), List.of()).leasing(LEASE);
        assertThat(scene.raft().change(scene.raft().membershipIndex(), target)).isEqualTo(2);
        assertThat(scene.raft().leaseIndex()).isEqualTo(-1);
        scene.settle();
        scene.acknowledge(2, 2, 2, 1).acknowledge(3, 2, 2, 1);
        assertThat(scene.raft().leaseIndex()).isEqualTo(-1);
        scene.acknowledge(4, 2, 2, 1);
        assertThat(scene.raft().leaseIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("a transfer ends it at once; given up before anybody was told to campaign, it is as before")
    void aTransferEndsIt() {
        Scene scene = leading(3, 2);
        scene.propose(1);
        scene.settle();
        assertThat(scene.raft().transfer(2)).isNull();
        assertThat(scene.raft().leaseIndex()).isEqualTo(-1);
        scene.drain();
        for (int i = 0; i < 4; i++) {
            scene.member.advance(25);
            scene.drain();
            scene.acknowledge(3, 2, 2, 1);
        }
        assertThat(scene.raft().leaseIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("who was told to campaign may do so late: no lease in that term any more")
    void noLeaseBehindTimeoutNow() {
        Scene scene = leading(3, 2);
        scene.raft().transfer(2);
        assertThat(all(scene.settle(), TimeoutNow.class)).hasSize(1);
        for (int i = 0; i < 6; i++) {
            scene.member.advance(25);
            scene.drain();
            scene.acknowledge(3, 1, 1, 1);
        }
        scene.propose(1); // It takes proposals again.
        assertThat(scene.raft().lastIndex()).isEqualTo(2);
        scene.member.tell(new Input.ReadIndex(1));
        scene.drain();
        scene.acknowledge(3, 2, 2, 2);
        assertThat(scene.raft().leaseIndex()).isEqualTo(-1);
    }

    // ---- voters

    private static Scene following() {
        Scene scene = scene(3);
        scene.append(2, 1, 0, 0, 0, 1).settle();
        return scene;
    }

    private static VoteRefusal vote(Scene scene, long term) {
        return scene.receive(requestVote(3, term, 9, 1))
                .settle(VoteAnswer.class)
                .refusal();
    }

    @Test
    @DisplayName("a voter stands by the leader that it heard for the whole promise, not for an election timeout")
    void aVoterStandsByItsLeader() {
        Scene scene = following();
        scene.member.advance(299);
        assertThat(vote(scene, 2)).isEqualTo(VoteRefusal.LEADER_ALIVE);
        assertThat(scene.receive(requestPreVote(3, 2, 9, 1))
                        .settle(PreVoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.LEADER_ALIVE);
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        scene.member.advance(1);
        assertThat(vote(scene, 2)).isEqualTo(VoteRefusal.NONE);
    }

    @Test
    @DisplayName("a closed connection frees nobody; it is followed when the promise is over")
    void aClosedConnectionFreesNobody() {
        Scene scene = following();
        scene.member.tell(new Input.PeerLost(2));
        assertThat(vote(scene, 2)).isEqualTo(VoteRefusal.LEADER_ALIVE);
        assertThat(scene.raft().ticksUntilDue()).isBetween(300L, 320L);
        scene.member.advance(299);
        scene.member.timeOut();
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        scene.member.advance(21);
        assertThat(scene.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
    }

    @Test
    @DisplayName("a restart frees nobody: a life begins with a whole promise")
    void aRestartFreesNobody() {
        Scene scene = following();
        scene.member.restart(7);
        assertThat(vote(scene, 2)).isEqualTo(VoteRefusal.LEADER_ALIVE);
        scene.member.advance(299);
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        assertThat(vote(scene, 2)).isEqualTo(VoteRefusal.LEADER_ALIVE);
        scene.member.advance(1);
        assertThat(vote(scene, 2)).isEqualTo(VoteRefusal.NONE);
    }

    @Test
    @DisplayName("who has been in no term has heard no leader: a new cluster elects at once")
    void aFirstLifePromisedNothing() {
        Scene scene = Scene.of(Scene.voters(3).leasing(LEASE));
        assertThat(scene.raft().isPromised()).isFalse();
        assertThat(vote(scene, 2)).isEqualTo(VoteRefusal.NONE);
    }

    @Test
    @DisplayName("neither does a later term, in which its leader leads no more")
    void aLaterTermFreesNobody() {
        Scene scene = following();
        scene.receive(new VoteAnswer(0, 3, 1, 7, VoteRefusal.STALE_TERM));
        assertThat(scene.raft().currentTerm()).isEqualTo(7);
        assertThat(vote(scene, 8)).isEqualTo(VoteRefusal.LEADER_ALIVE);
        assertThat(scene.raft().currentTerm()).isEqualTo(7);
    }

    @Test
    @DisplayName("nor where CheckQuorum is off, which else lets voters go at once")
    void withoutCheckQuorum() {
        RaftConfig c = Scene.without(true, false);
        TestMember member =
                new TestMember(c, new SnapshotMark(0, 0, Scene.voters(3).leasing(LEASE)), 5);
        member.tell(new Input.Receive(new AppendEntries(0, 2, 1, 1, 0, 0, 0, 0, EntryRun.empty(1))));
        member.tell(new Input.Receive(requestVote(3, 2, 9, 1)));
        assertThat(member.raft.votedFor()).isZero();
    }

    @Test
    @DisplayName("only the word of a leader that hands over does: to the successor, and to whom that asks")
    void aTransferFrees() {
        Scene scene = following();
        scene.receive(new Message.RequestVote(0, 3, 1, 2, 9, 1, true));
        assertThat(scene.settle(VoteAnswer.class).refusal()).isEqualTo(VoteRefusal.NONE);
        Scene successor = following();
        successor.receive(new TimeoutNow(0, 2, 1, 1));
        assertThat(successor.raft().role()).isEqualTo(RoleName.CANDIDATE);
        assertThat(successor.raft().isPromised()).isFalse();
    }

    @Test
    @DisplayName("elections after a promise are spread as others are")
    void timeoutsAreDrawnBehindThePromise() {
        for (int seed = 0; seed < 20; seed++) {
            Scene scene = following();
            scene.member.restart(seed);
            assertThat(scene.raft().ticksUntilDue()).isBetween(300L, 399L);
        }
    }
}
