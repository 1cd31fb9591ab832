package io.quorate.raft;

import static io.quorate.raft.Scene.all;
import static io.quorate.raft.Scene.requestVote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.TimeoutNow;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.RaftEvent.StepDownReason;
import io.quorate.raft.RaftEvent.TransferCause;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Transfers and changes of members: paper section 6; thesis 3.10, 4.1 to 4.3. Member 1 leads where it is not said otherwise. */
class MembershipRulesTest {
    /** Members 1 to 3 vote, 4 and 5 learn. */
    private static final Membership THREE_AND_LEARNERS =
            new Membership(Scene.members(5), List.of(1L, 2L, 3L), List.of());

    private static Membership with(Long... voters) {
        List<Member> members = new ArrayList<>(Scene.members(5));
        return new Membership(members, List.of(voters), List.of());
    }

    /** Leads, everything is committed, and the learners hold it. */
    private static Scene leader() {
        Scene scene = Scene.of(THREE_AND_LEARNERS).leadAndCommit();
        for (long id = 4; id <= 5; id++) {
            scene.acknowledge(id, scene.raft().lastIndex());
        }
        scene.settle();
        return scene;
    }

    private static long change(Scene scene, Membership target) {
        long answer = scene.raft().change(scene.raft().membershipIndex(), target);
        scene.member.checkStep();
        return answer;
    }

    private static Scene acknowledgeAll(Scene scene, long... ids) {
        for (long id : ids) {
            scene.acknowledge(id, scene.raft().lastIndex());
        }
        scene.settle();
        return scene;
    }

    @Test
    @DisplayName("6: who belongs to the cluster for certain is told apart from whom the log names")
    void theCommittedMembershipStaysWhileAnotherIsOpen() {
        Scene scene = leader();
        long first = change(scene, new Membership(Scene.members(4), List.of(1L, 2L, 3L), List.of()));
        assertThat(scene.raft().committedMembership().contains(5)).isTrue();
        acknowledgeAll(scene, 2, 3);
        change(scene, new Membership(Scene.members(3), List.of(1L, 2L, 3L), List.of()));
        assertThat(scene.raft().membership().contains(4)).isFalse();
        assertThat(scene.raft().committedMembership().index()).isEqualTo(first);
        assertThat(scene.raft().committedMembership().removed()).containsExactly(5L);
        acknowledgeAll(scene, 2, 3);
        assertThat(scene.raft().committedMembership()).isEqualTo(scene.raft().membership());
    }

    // ---- thesis 3.10

    @Test
    @DisplayName("3.10: the prior leader stops accepting new requests")
    void aLeaderThatHandsOverTakesNothing() {
        Scene scene = leader();
        assertThat(scene.raft().transfer(2)).isNull();
        assertThat(scene.raft().propose(EntryKind.COMMAND, 40)).isEqualTo(Refusal.TRANSFERRING.code());
        assertThat(change(scene, with(1L, 2L))).isEqualTo(ChangeRefusal.TRANSFERRING.code());
    }

    @Test
    @DisplayName("3.10: it sends its log on until the target's matches, and then says TimeoutNow")
    void theTargetIsBroughtUpToDateFirst() {
        Scene scene = leader().propose(2);
        scene.settle();
        assertThat(scene.raft().transfer(2)).isNull();
        assertThat(all(scene.settle(), TimeoutNow.class)).isEmpty();
        scene.acknowledge(2, 3, 2, 0);
        assertThat(all(scene.settle(), TimeoutNow.class)).isEmpty();
        scene.acknowledge(2, 3, 3, 0);
        assertThat(scene.settle(TimeoutNow.class)).isEqualTo(new TimeoutNow(0, 1, 2, 1));
    }

    @Test
    @DisplayName("3.10: TimeoutNow has the effect of the election timer firing: a new term, and a campaign")
    void whoIsToldCampaignsAtOnce() {
        Scene scene = Scene.of(3).log(1, 1).append(2, 1, 2, 1, 0);
        scene.settle();
        List<Message> said = scene.receive(new TimeoutNow(0, 2, 1, 1)).settle();
        assertThat(all(said, Message.RequestPreVote.class)).isEmpty();
        assertThat(all(said, Message.RequestVote.class)).hasSize(2).allMatch(ask -> ask.transfer() && ask.term() == 2);
    }

    @Test
    @DisplayName("3.10: if the transfer is not done after about an election timeout, the leader goes on")
    void aTransferIsGivenUp() {
        Scene scene = leader();
        assertThat(scene.raft().transfer(2)).isNull();
        scene.settle();
        scene.member.advance(99);
        acknowledgeAll(scene, 2, 3);
        assertThat(scene.raft().propose(EntryKind.COMMAND, 40)).isEqualTo(Refusal.TRANSFERRING.code());
        scene.member.advance(1);
        scene.drain();
        assertThat(scene.member.events).contains(new RaftEvent.TransferGivenUp(1, 2));
        assertThat(scene.raft().propose(EntryKind.COMMAND, 40)).isPositive();
    }

    @Test
    @DisplayName("3.10: the driver is woken when a transfer is to be given up")
    void aTransferHasItsTime() {
        Scene scene = Scene.of(3, Scene.without(true, false)).leadAndCommit();
        scene.raft().transfer(2);
        scene.settle();
        scene.member.advance(95);
        scene.settle();
        assertThat(scene.raft().ticksUntilDue()).isLessThanOrEqualTo(5);
    }

    @Test
    @DisplayName("3.10: a refusal is told in words")
    void transferRefusalsHaveSentences() {
        Scene scene = leader();
        assertThat(scene.raft().transfer(1)).isEqualTo(TransferRefusal.ALREADY_LEADS);
        assertThat(scene.raft().transfer(9)).isEqualTo(TransferRefusal.UNKNOWN);
        assertThat(scene.raft().transfer(4)).isEqualTo(TransferRefusal.NOT_A_VOTER);
        assertThat(Scene.of(3).raft().transfer(2)).isEqualTo(TransferRefusal.NOT_LEADER);
        for (TransferRefusal refusal : TransferRefusal.values()) {
            assertThat(refusal.sentence()).isNotBlank();
        }
    }

    @Test
    @DisplayName("4.2.3: a voter that hears a leader votes for whom that leader wants, and for nobody else")
    void theLeadersWordFreesVoters() {
        Scene scene = Scene.of(3).append(2, 1, 0, 0, 0, 1);
        scene.settle();
        VoteAnswer kept = scene.receive(requestVote(3, 2, 1, 1)).settle(VoteAnswer.class);
        assertThat(kept.refusal()).isEqualTo(VoteRefusal.LEADER_ALIVE);
        VoteAnswer free =
                scene.receive(new Message.RequestVote(0, 3, 1, 2, 1, 1, true)).settle(VoteAnswer.class);
        assertThat(free.refusal()).isEqualTo(VoteRefusal.NONE);
    }

    // ---- paper 6, thesis 4.1, 4.3

    @Test
    @DisplayName("4.1: each server adopts the newest membership in its log, committed or not")
    void theNewestMembershipCounts() {
        Scene scene = leader();
        assertThat(change(scene, with(1L, 2L, 3L, 4L))).isEqualTo(2);
        assertThat(scene.raft().membership().isJoint()).isTrue();
        assertThat(scene.raft().membershipIndex()).isEqualTo(2);
        assertThat(scene.raft().commitIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("4.3: while joint an entry needs a majority of each half")
    void bothHalvesCommit() {
        Scene scene = leader();
        change(scene, with(1L, 4L, 5L));
        scene.settle();
        acknowledgeAll(scene, 2, 3);
        assertThat(scene.raft().commitIndex()).isEqualTo(1);
        acknowledgeAll(scene, 4);
        assertThat(scene.raft().commitIndex()).isGreaterThanOrEqualTo(2);
    }

    @Test
    @DisplayName("4.3: when the joint membership is committed the leader proposes the new one, which then is enough")
    void theSecondHalfFollows() {
        Scene scene = leader();
        change(scene, with(1L, 4L, 5L));
        scene.settle();
        scene.acknowledge(2, 2).acknowledge(4, 2);
        List<AppendEntries> sent = all(scene.settle(), AppendEntries.class);
        assertThat(scene.raft().membership().isJoint()).isFalse();
        assertThat(scene.raft().membership().voters()).containsExactly(1L, 4L, 5L);
        assertThat(scene.raft().membershipIndex()).isEqualTo(3);
        assertThat(sent)
                .anyMatch(append ->
                        append.to() == 4 && !append.entries().memberships().isEmpty());
        acknowledgeAll(scene, 2, 3);
        assertThat(scene.raft().commitIndex()).isEqualTo(2); // They count no more.
        acknowledgeAll(scene, 5);
        assertThat(scene.raft().commitIndex()).isEqualTo(3);
        assertThat(scene.member.events)
                .contains(new RaftEvent.MembershipCommitted(2, true), new RaftEvent.MembershipCommitted(3, false));
    }

    @Test
    @DisplayName("4.1, corrected: no change before an entry of the leader's term is committed")
    void aNewLeaderWaits() {
        Scene scene = Scene.of(3).log(1, 1).lead();
        assertThat(change(scene, Scene.voters(2))).isEqualTo(ChangeRefusal.TERM_NOT_STARTED.code());
        acknowledgeAll(scene, 2);
        assertThat(change(scene, Scene.voters(2))).isPositive();
    }

    @Test
    @DisplayName("4.1: one change at a time, until its second half is committed")
    void oneChangeAtATime() {
        Scene scene = leader();
        change(scene, with(1L, 2L, 3L, 4L));
        assertThat(change(scene, with(1L, 2L, 3L, 5L))).isEqualTo(ChangeRefusal.CHANGE_UNDER_WAY.code());
        scene.settle();
        acknowledgeAll(scene, 2, 3, 4);
        assertThat(scene.raft().membership().isJoint()).isFalse();
        assertThat(change(scene, with(1L, 2L, 3L, 5L))).isEqualTo(ChangeRefusal.CHANGE_UNDER_WAY.code());
        acknowledgeAll(scene, 2, 3, 4);
        assertThat(change(scene, with(1L, 2L, 3L, 4L, 5L))).isPositive();
    }

    @Test
    @DisplayName("4.1: a change between proposals of one turn stands in its place")
    void aChangeBetweenProposals() {
        Scene scene = leader();
        scene.propose(1);
        assertThat(change(scene, new Membership(Scene.members(4), List.of(1L, 2L, 3L), List.of())))
                .isEqualTo(3);
        scene.propose(1);
        AppendEntries append = all(scene.settle(), AppendEntries.class).stream()
                .filter(message -> message.to() == 2)
                .findFirst()
                .orElseThrow();
        assertThat(append.entries().count()).isEqualTo(3);
        assertThat(append.entries().memberships()).hasSize(1).allMatch(at -> at.index() == 3);
    }

    @Test
    @DisplayName("4.1: only a leader changes the membership, and a target is not joint")
    void whoMayChange() {
        assertThat(change(Scene.of(3), Scene.voters(2))).isEqualTo(ChangeRefusal.NOT_LEADER.code());
        Scene scene = leader();
        Membership joint = new Membership(Scene.members(5), List.of(1L), List.of(2L));
        assertThatThrownBy(() -> change(scene, joint)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("4.1: what cannot be kept in the ring waits")
    void aChangeNeedsRoom() {
        Scene scene = leader();
        while (scene.raft().propose(EntryKind.COMMAND, 500) > 0) {
            // Until nothing more fits.
        }
        assertThat(scene.raft().refusalOfChange(0, with(1L, 2L))).isEqualTo(ChangeRefusal.OVERLOADED);
    }

    @Test
    @DisplayName("4.2.1: a learner counts for nothing, and is not promoted while it lags")
    void aLearnerThatLags() {
        Scene scene = Scene.of(THREE_AND_LEARNERS).leadAndCommit();
        assertThat(change(scene, with(1L, 2L, 3L, 4L))).isEqualTo(ChangeRefusal.LEARNER_LAGS.code());
        acknowledgeAll(scene, 4);
        scene.propose(6); // Five may be missing.
        scene.settle();
        assertThat(change(scene, with(1L, 2L, 3L, 4L))).isEqualTo(ChangeRefusal.LEARNER_LAGS.code());
        scene.acknowledge(4, 2);
        assertThat(change(scene, with(1L, 2L, 3L, 4L))).isPositive();
    }

    @Test
    @DisplayName("4.2.1: several joining learners that have caught up come in by one change")
    void joiningLearnersComeTogether() {
        Membership joining = new Membership(Scene.members(5), List.of(1L, 2L, 3L), List.of(), List.of(4L, 5L));
        Scene scene = Scene.of(joining).leadAndCommit();
        assertThat(scene.raft().membership()).isEqualTo(joining);
        scene.acknowledge(4, 1).acknowledge(5, 1);
        scene.settle();
        assertThat(scene.raft().membership().voters()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(scene.raft().membership().outgoingVoters()).containsExactly(1L, 2L, 3L);
    }

    @Test
    @DisplayName(
            "4.2.2: a leader that is not in the new membership does not count itself, and leaves when it is committed")
    void aRemovedLeader() {
        Scene scene = leader();
        change(scene, new Membership(Scene.members(5).subList(1, 5), List.of(2L, 3L), List.of()));
        scene.settle();
        acknowledgeAll(scene, 2, 3);
        assertThat(scene.raft().membership().contains(1)).isFalse();
        assertThat(scene.raft().role()).isEqualTo(RoleName.LEADER);
        scene.propose(1);
        acknowledgeAll(scene, 2);
        assertThat(scene.raft().commitIndex()).isEqualTo(2);
        scene.acknowledge(3, 4);
        List<Message> said = scene.settle();
        assertThat(scene.raft().commitIndex()).isEqualTo(4);
        assertThat(all(said, AppendEntries.class)).anyMatch(append -> append.leaderCommit() == 4);
        assertThat(scene.member.events).contains(new RaftEvent.TransferBegan(1, 2, TransferCause.REMOVED));
        assertThat(scene.raft().propose(EntryKind.COMMAND, 40)).isEqualTo(Refusal.TRANSFERRING.code());
    }

    @Test
    @DisplayName("4.2.2: a removed leader from whom nobody takes over steps down")
    void aRemovedLeaderGoesInTheEnd() {
        Scene scene = leader();
        change(scene, with(2L, 3L));
        scene.settle();
        acknowledgeAll(scene, 2, 3);
        acknowledgeAll(scene, 2, 3);
        scene.member.advance(60);
        acknowledgeAll(scene, 2, 3);
        scene.member.advance(40);
        scene.drain();
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        assertThat(scene.member.events).contains(new RaftEvent.SteppedDown(1, StepDownReason.REMOVED));
        scene.member.advance(1000);
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
    }

    // ---- what goes on meanwhile

    @Test
    @DisplayName("6.2: across a change a leader needs answers of both halves, and then of the new one")
    void checkQuorumFollowsTheChange() {
        Scene scene = leader();
        change(scene, with(1L, 4L, 5L));
        scene.settle();
        scene.member.advance(60);
        acknowledgeAll(scene, 2, 3);
        scene.member.advance(60);
        scene.drain();
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        assertThat(scene.member.events).contains(new RaftEvent.SteppedDown(1, StepDownReason.NO_QUORUM));
    }

    @Test
    @DisplayName("6.4: a round of reads that began before a change needs both halves")
    void aRoundAcrossAChange() {
        Scene scene = leader();
        scene.member.tell(new Input.ReadIndex(7));
        scene.settle();
        change(scene, with(1L, 4L, 5L));
        scene.settle();
        scene.acknowledge(2, 1, 1, 1);
        scene.settle();
        assertThat(scene.member.reads).isEmpty();
        scene.acknowledge(4, 1, 1, 1);
        scene.settle();
        assertThat(scene.member.reads).hasSize(1);
    }

    @Test
    @DisplayName("4.2.2: who is no member by an uncommitted membership still votes and campaigns")
    void openMembershipsBindNobodyOut() {
        Scene scene = Scene.of(3).append(2, 1, 0, 0, 0, 1);
        scene.settle();
        Membership without = new Membership(Scene.members(3).subList(1, 3), List.of(2L, 3L), List.of());
        Membership joint = Scene.voters(3).next(without, 2);
        follow(scene, 2, joint, 1);
        follow(scene, 3, joint.secondHalf(3), 2);
        assertThat(scene.raft().membership().contains(1)).isFalse();
        scene.member.timeOut();
        assertThat(scene.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
        follow(scene, 4, Membership.NONE, 3);
        scene.member.timeOut();
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
    }

    /** Member 2, leader of term 1, sends the next entry; with nobody as members it is a command. */
    private static void follow(Scene scene, long index, Membership membership, long commit) {
        EntryKind kind = membership.size() == 0 ? EntryKind.COMMAND : EntryKind.MEMBERSHIP;
        TestMember.Entry entry = new TestMember.Entry(index, 1, kind, 40, "v" + index, membership);
        EntryRun run = TestMember.describe(List.of(entry));
        scene.member.receive(
                new TestMember.Parcel(new AppendEntries(0, 2, 1, 1, index - 1, 1, commit, 0, run), List.of(entry)));
        scene.settle();
    }
}
