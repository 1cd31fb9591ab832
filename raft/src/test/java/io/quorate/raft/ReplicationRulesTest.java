package io.quorate.raft;

import static io.quorate.raft.Scene.all;
import static io.quorate.raft.Scene.preVote;
import static io.quorate.raft.Scene.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.membership.Membership;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Log replication: paper 5.3, 5.4.2, figures 2, 7 and 8; thesis 6.4 (term start), 10.2.1 (pipelining); flow control. */
class ReplicationRulesTest {
    // ---- the follower's side (5.3)

    @Test
    @DisplayName("figure 2, AppendEntries 2: a log without the entry before is no place for the next")
    void aGapIsRejected() {
        Scene scene = Scene.of(3).log(1).term(1, 0);
        AppendAnswer answer = scene.append(2, 1, 3, 1, 0, 1).settle(AppendAnswer.class);
        assertThat(answer.rejectedIndex()).isEqualTo(3);
        assertThat(answer.verifiedIndex()).isZero();
        assertThat(answer.conflictIndex()).isEqualTo(1);
        assertThat(answer.conflictTerm()).isEqualTo(1);
        assertThat(scene.raft().lastIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("figure 2, AppendEntries 2: neither is one where the entry before has another term")
    void aMismatchIsRejected() {
        Scene scene = Scene.of(3).log(1, 1, 2).term(3, 0);
        AppendAnswer answer = scene.append(2, 3, 3, 3, 0, 3).settle(AppendAnswer.class);
        assertThat(answer.rejectedIndex()).isEqualTo(3);
        assertThat(scene.raft().lastIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("figure 2, AppendEntries 3: an entry with another term goes, and all behind it")
    void aConflictIsDropped() {
        Scene scene = Scene.of(3).log(1, 2, 2, 2).term(2, 0);
        scene.append(2, 3, 1, 1, 0, 3);
        Effects effects = scene.member.drain();
        Effects.Write write = Objects.requireNonNull(effects.write());
        assertThat(write.truncateFrom()).isEqualTo(2);
        assertThat(write.firstIndex()).isEqualTo(2);
        assertThat(effects.events()).contains(new RaftEvent.Truncated(2, 4));
        assertThat(scene.raft().lastIndex()).isEqualTo(2);
        assertThat(scene.raft().termAt(2)).isEqualTo(3);
    }

    @Test
    @DisplayName("figure 2, AppendEntries 3: a late, shorter message that matches drops nothing")
    void aShorterMessageDropsNothing() {
        Scene scene = Scene.of(3);
        scene.append(2, 1, 0, 0, 0, 1, 1, 1).settle();
        scene.append(2, 1, 0, 0, 0, 1);
        assertThat(scene.raft().lastIndex()).isEqualTo(3);
        assertThat(scene.raft().keptFrom()).isZero();
        assertThat(scene.member.drain().write()).isNull();
    }

    @Test
    @DisplayName("figure 2, AppendEntries 4: what is new behind what is known is kept from there on")
    void anOverlapKeepsTheRest() {
        Scene scene = Scene.of(3);
        scene.append(2, 1, 0, 0, 0, 1, 1);
        scene.append(2, 1, 0, 0, 0, 1, 1, 1, 1);
        assertThat(scene.raft().keptFrom()).isEqualTo(3);
        assertThat(scene.raft().lastIndex()).isEqualTo(4);
    }

    @Test
    @DisplayName("figure 2, AppendEntries 5: commitIndex goes no further than this message proves")
    void commitGoesNoFurtherThanVerified() {
        Scene scene = Scene.of(3).log(1, 1, 2, 2).term(2, 0);
        // Entries 3 and 4 are another leader's; the leader of term 3 has committed 9 of its own.
        scene.heartbeat(2, 3, 2, 1, 9, 0);
        assertThat(scene.raft().commitIndex()).isEqualTo(2);
        scene.append(2, 3, 2, 1, 9, 3);
        assertThat(scene.raft().commitIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("commitIndex never falls, whatever an old message says")
    void commitNeverFalls() {
        Scene scene = Scene.of(3);
        scene.append(2, 1, 0, 0, 3, 1, 1, 1);
        scene.append(2, 1, 0, 0, 1, 1);
        assertThat(scene.raft().commitIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("an answer tells what this leader's message proved, not where the own log ends")
    void theAnswerTellsWhatWasVerified() {
        Scene scene = Scene.of(3).log(1, 1, 1, 1).term(1, 0);
        AppendAnswer answer = scene.heartbeat(2, 2, 2, 1, 0, 0).settle(AppendAnswer.class);
        assertThat(answer.verifiedIndex()).isEqualTo(2);
        assertThat(answer.durableIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("figure 3: a conflict at or below commitIndex contradicts a fact, and stops the member")
    void aCommittedEntryIsNeverReplaced() {
        Scene entry = Scene.of(3).log(1, 1, 1).term(1, 0).committed(2);
        assertThatThrownBy(() -> entry.append(2, 3, 1, 1, 0, 3))
                .isInstanceOf(CommittedFactException.class)
                .hasMessageContaining("entry 2 with term 3")
                .hasMessageContaining("committed with term 1");
        Scene before = Scene.of(3).log(1, 1, 1).term(1, 0).committed(2);
        assertThatThrownBy(() -> before.heartbeat(2, 3, 2, 2, 0, 0)).isInstanceOf(CommittedFactException.class);
        assertThat(before.raft().lastIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("one answer in a turn tells all of it")
    void oneAnswerInATurn() {
        Scene scene = Scene.of(3);
        scene.append(2, 1, 0, 0, 0, 1);
        scene.append(2, 1, 1, 1, 0, 1, 1);
        scene.append(2, 1, 3, 1, 0, 1);
        List<AppendAnswer> answers = all(scene.settle(), AppendAnswer.class);
        assertThat(answers.get(0).verifiedIndex()).isEqualTo(4);
        assertThat(answers).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    @DisplayName("5.3: the hint skips whole terms: figure 7 (f) is repaired in as many tries as it has foreign terms")
    void theHintSkipsTerms() {
        // The leader: 1 1 1 4 4 5 5 6 6 6; the follower (f): 1 1 1 2 2 2 3 3 3 3 3.
        Scene leader = Scene.of(3).log(1, 1, 1, 4, 4, 5, 5, 6, 6, 6).term(7, 0);
        leader.lead();
        Scene follower = Scene.of(3).log(1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3).term(3, 0);
        int tries = 0;
        AppendAnswer answer;
        long prev = 10;
        long prevTerm = 6;
        do {
            answer = follower.heartbeat(2, 8, prev, prevTerm, 0, 0).settle(AppendAnswer.class);
            if (answer.rejectedIndex() != 0) {
                leader.reject(2, answer.rejectedIndex(), answer.conflictIndex(), answer.conflictTerm());
                AppendEntries probe = all(leader.drain(), AppendEntries.class).get(0);
                prev = probe.prevLogIndex();
                prevTerm = probe.prevLogTerm();
            }
            tries++;
        } while (answer.rejectedIndex() != 0);
        assertThat(prev).isEqualTo(3);
        assertThat(tries).isLessThanOrEqualTo(3);
    }

    @Test
    @DisplayName(
            "5.3: a follower's hint skips all its entries of later terms; the leader skips all of its own later ones")
    void bothSidesSkipWholeTerms() {
        Scene follower = Scene.of(3).log(1, 3, 3, 3, 3).term(3, 0);
        AppendAnswer answer = follower.heartbeat(2, 4, 5, 2, 0, 0).settle(AppendAnswer.class);
        assertThat(answer.conflictIndex()).isEqualTo(1);
        assertThat(answer.conflictTerm()).isEqualTo(1);
        Scene leader = Scene.of(3).log(1, 1, 4, 4, 4, 4).term(4, 0);
        leader.lead();
        leader.reject(2, 6, 6, 3); // The follower has six entries, the last of term 3: nothing of term 4 can match.
        assertThat(leader.raft().nextIndex(2)).isEqualTo(3);
    }

    @Test
    @DisplayName("section 6: a member uses the newest membership in its log; when that is dropped, the one before")
    void aDroppedMembershipGivesWay() {
        Scene scene = Scene.of(3).log(1).term(1, 0);
        Membership joint = Scene.voters(3).next(Scene.voters(5), 2);
        EntryRun five =
                new EntryRun(2, new long[] {2}, new long[] {1}, new int[] {40}, List.of(new MembershipAt(2, joint)));
        scene.receive(new AppendEntries(0, 2, 1, 1, 1, 1, 0, 0, five));
        assertThat(scene.raft().membership()).isEqualTo(joint);
        scene.append(3, 2, 1, 1, 0, 2);
        assertThat(scene.raft().membership()).isEqualTo(Scene.voters(3));
    }

    // ---- the leader's side

    @Test
    @DisplayName("a leader deposed in the turn of its election leaves nothing to encode of what it had begun")
    void aLeaderOfNoTurnMadeNothing() {
        Scene scene = Scene.of(3);
        scene.member.timeOut();
        scene.receive(preVote(2, 1));
        scene.settle();
        scene.receive(vote(2, 1));
        assertThat(scene.raft().lastIndex()).isEqualTo(1);
        scene.append(3, 2, 0, 0, 0, 2, 2);
        Effects effects = scene.member.drain();
        assertThat(effects.madeHere()).isEmpty();
        assertThat(Objects.requireNonNull(effects.write()).truncateFrom()).isZero();
        assertThat(all(
                        effects.messages().stream()
                                .map(Effects.Outgoing::message)
                                .toList(),
                        AppendEntries.class))
                .isEmpty();
    }

    @Test
    @DisplayName("thesis 6.4: a leader begins its term with an entry; the first one of a cluster with the members' set")
    void aTermBeginsWithAnEntry() {
        Scene first = Scene.of(3);
        first.lead();
        assertThat(first.member.records.get(0).kind()).isEqualTo(EntryKind.MEMBERSHIP);
        assertThat(first.member.records.get(0).membership()).isEqualTo(Scene.voters(3));
        first.member.restart(3);
        first.lead();
        assertThat(first.member.records.get(1).kind()).isEqualTo(EntryKind.NO_OP);
    }

    @Test
    @DisplayName("5.3: a leader sends to all in the same turn, before its own disk is done (thesis 10.2.1)")
    void aLeaderSendsAtOnce() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(2);
        Effects effects = scene.member.drain();
        assertThat(effects.write()).isNotNull();
        assertThat(effects.messages()).hasSize(2).allMatch(out -> out.afterWrite() == 0);
        assertThat(effects.messages())
                .allMatch(out -> ((AppendEntries) out.message()).entries().lastIndex() == 3);
    }

    @Test
    @DisplayName("5.3: an entry is committed when a majority holds it durably; verified alone is not enough")
    void aMajorityOfDurableIndexesCommits() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(1);
        scene.settle();
        scene.acknowledge(2, 2, 1, 0);
        assertThat(scene.raft().commitIndex()).isEqualTo(1);
        assertThat(scene.raft().matchIndex(2)).isEqualTo(1);
        scene.acknowledge(2, 2, 2, 0);
        assertThat(scene.raft().commitIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("thesis 10.2.1: others may commit an entry before the leader's own disk has it")
    void aLeaderCommitsWithoutItsDisk() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(1);
        scene.drain();
        scene.acknowledge(2, 2);
        assertThat(scene.raft().commitIndex()).isEqualTo(1);
        scene.acknowledge(3, 2);
        assertThat(scene.raft().commitIndex()).isEqualTo(2);
        assertThat(scene.raft().persistedIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "5.4.2, figure 8: an entry of an earlier term is not committed by counting, but with one of the own term")
    void anEarlierTermIsNotCommittedByCounting() {
        Scene scene = Scene.of(3).log(1, 2).term(3, 0);
        scene.lead();
        scene.acknowledge(2, 2);
        scene.acknowledge(3, 2);
        assertThat(scene.raft().commitIndex()).isZero();
        scene.acknowledge(2, 3);
        assertThat(scene.raft().commitIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("figure 2: what a follower holds durably never counts for less, whatever order the answers come in")
    void matchNeverFalls() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(3);
        scene.settle();
        scene.acknowledge(2, 4);
        scene.acknowledge(2, 2);
        assertThat(scene.raft().matchIndex(2)).isEqualTo(4);
        scene.reject(2, 3, 2, 1); // Late: 4 is durable there.
        assertThat(scene.raft().nextIndex(2)).isEqualTo(5);
    }

    @Test
    @DisplayName("a learner receives entries and is counted nowhere")
    void aLearnerIsNotCounted() {
        Scene scene = Scene.of(new Membership(Scene.members(4), List.of(1L, 2L, 3L), List.of()));
        scene.lead().acknowledge(4, 1);
        scene.propose(1);
        assertThat(all(scene.drain(), AppendEntries.class))
                .extracting(AppendEntries::to)
                .contains(4L);
        scene.acknowledge(4, 2);
        assertThat(scene.raft().matchIndex(4)).isEqualTo(2);
        assertThat(scene.raft().commitIndex()).isZero();
    }

    @Test
    @DisplayName("section 6: while joint, an entry is committed by a majority of each half")
    void aJointCommit() {
        Scene scene = Scene.of(new Membership(Scene.members(5), List.of(1L, 4L, 5L), List.of(1L, 2L, 3L)));
        scene.lead();
        scene.acknowledge(4, 1).acknowledge(5, 1);
        assertThat(scene.raft().commitIndex()).isZero();
        scene.acknowledge(2, 1);
        assertThat(scene.raft().commitIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("5.3: after a rejection the leader goes back to where the follower may match, and repairs from there")
    void aRejectionIsRepaired() {
        Scene scene = Scene.of(3).log(1, 1, 1, 1).term(1, 0);
        scene.lead();
        scene.reject(2, 4, 2, 1);
        assertThat(scene.raft().nextIndex(2)).isEqualTo(3);
        AppendEntries probe = all(scene.drain(), AppendEntries.class).get(0);
        assertThat(probe.prevLogIndex()).isEqualTo(2);
        scene.acknowledge(2, 2);
        List<Effects.LogRead> reads = scene.member.drain().logReads();
        assertThat(reads).hasSize(1);
        assertThat(reads.get(0).prevLogIndex()).isEqualTo(2);
        assertThat(reads.get(0).lastIndex()).isEqualTo(4);
    }

    @Test
    @DisplayName("a rejection repeated or come late moves nothing twice")
    void aRepeatedRejectionIsIgnored() {
        Scene scene = Scene.of(3).log(1, 1, 1, 1).term(1, 0);
        scene.lead();
        scene.reject(2, 4, 2, 1);
        scene.reject(2, 4, 0, 0);
        assertThat(scene.raft().nextIndex(2)).isEqualTo(3);
    }

    @Test
    @DisplayName("a frame lost on the way is noticed by the next heartbeat, and sent again")
    void aLostFrameIsSentAgain() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(1);
        scene.settle(); // Lost on the way to 2.
        scene.member.advance(10);
        AppendEntries heartbeat = to(2, scene.drain());
        assertThat(heartbeat.prevLogIndex()).isEqualTo(2);
        scene.receive(new AppendAnswer(0, 2, 1, 1, 1, 1, 0, 2, 1, 1));
        AppendEntries again = to(2, scene.drain());
        assertThat(again.prevLogIndex()).isEqualTo(1);
        assertThat(again.entries().count()).isEqualTo(1);
    }

    @Test
    @DisplayName("a follower that lost in a restart what it had verified, but not what was durable, is filled up again")
    void aRestartedFollowerIsFilledUp() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(1);
        scene.settle();
        scene.acknowledge(2, 2, 1, 0); // Verified, and then it crashed.
        scene.receive(new AppendAnswer(0, 2, 1, 1, 0, 0, 0, 2, 1, 1));
        assertThat(scene.raft().nextIndex(2)).isEqualTo(2);
        assertThat(scene.raft().matchIndex(2)).isEqualTo(1);
    }

    // ---- flow control (thesis 10.2.1) and the ring

    @Test
    @DisplayName("thesis 10.2.1: frames follow each other without waiting for answers, up to the window")
    void framesArePipelined() {
        Scene scene = Scene.of(3).leadAndCommit();
        for (int frame = 0; frame < 4; frame++) {
            scene.propose(1);
            assertThat(to(2, scene.drain()).entries().firstIndex()).isEqualTo(2 + frame);
        }
        scene.propose(1);
        assertThat(scene.drain()).isEmpty();
        scene.acknowledge(2, 3, 1, 0);
        assertThat(to(2, scene.drain()).entries().firstIndex()).isEqualTo(6);
    }

    @Test
    @DisplayName("at most one frame for a follower in a turn, and no more bytes in it than a frame may have")
    void oneFrameInATurn() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(60);
        AppendEntries first = to(2, scene.drain());
        assertThat(first.entries().count()).isEqualTo(25); // 25 * 40 bytes are 1000.
        assertThat(to(2, scene.drain()).entries().firstIndex()).isEqualTo(27);
    }

    @Test
    @DisplayName("a record larger than a frame is sent alone")
    void aLargeRecordIsSentAlone() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(1);
        scene.member.propose("large", 5000);
        assertThat(to(2, scene.drain()).entries().count()).isEqualTo(1);
        AppendEntries large = to(2, scene.drain());
        assertThat(large.entries().count()).isEqualTo(1);
        assertThat(large.entries().recordBytes(3)).isEqualTo(5000);
    }

    @Test
    @DisplayName("one follower that answers nothing delays no other")
    void aDeadFollowerDelaysNobody() {
        Scene scene = Scene.of(3).leadAndCommit();
        for (int i = 0; i < 20; i++) {
            scene.propose(1);
            scene.settle();
            scene.acknowledge(2, scene.raft().lastIndex());
            assertThat(scene.raft().commitIndex()).isEqualTo(scene.raft().lastIndex());
            scene.settle();
        }
        assertThat(scene.raft().matchIndex(3)).isEqualTo(1);
    }

    @Test
    @DisplayName("a commit is told at once to a follower to which nothing else is sent")
    void aCommitIsToldAtOnce() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(1);
        scene.settle();
        scene.acknowledge(2, 2);
        assertThat(to(2, scene.drain()).leaderCommit()).isEqualTo(2);
        assertThat(scene.drain()).isEmpty();
    }

    @Test
    @DisplayName(
            "a full ring refuses proposals, and takes them again when it has room; a record it could never hold is refused for good")
    void aFullRingRefuses() {
        Scene scene = Scene.of(1).lead();
        scene.apply().settle();
        int taken = 0;
        while (scene.member.propose("p", 1000) > 0) {
            taken++;
        }
        assertThat(taken).isBetween(9, 10);
        assertThat(scene.raft().propose(EntryKind.COMMAND, 1000)).isEqualTo(Refusal.OVERLOADED.code());
        assertThat(scene.raft().propose(EntryKind.COMMAND, 10_001)).isEqualTo(Refusal.TOO_LARGE.code());
        scene.settle();
        scene.apply().settle();
        assertThat(scene.member.propose("p", 1000)).isPositive();
    }

    @Test
    @DisplayName("a proposal on a member that does not lead is refused, and the refusal's number stands for it")
    void onlyALeaderTakesProposals() {
        long answer = Scene.of(3).raft().propose(EntryKind.COMMAND, 40);
        assertThat(Refusal.ofCode(answer)).isEqualTo(Refusal.NOT_LEADER);
        for (Refusal refusal : Refusal.values()) {
            assertThat(Refusal.ofCode(refusal.code())).isEqualTo(refusal);
        }
    }

    @Test
    @DisplayName("a follower that lags pins no more than half of the ring; then it is served from the log")
    void aLaggardIsGivenUpOn() {
        Scene scene = Scene.of(3).leadAndCommit();
        for (int i = 0; i < 12; i++) {
            scene.member.propose("p" + i, 900);
            scene.settle();
            scene.acknowledge(2, scene.raft().lastIndex());
            scene.settle();
            scene.apply().settle();
        }
        assertThat(scene.raft().log().ringUsedBytes()).isLessThanOrEqualTo(5000);
        assertThat(scene.raft().log().ringFirst()).isGreaterThan(scene.raft().nextIndex(3));
        scene.acknowledge(3, 5);
        List<Effects.LogRead> reads = scene.member.drain().logReads();
        assertThat(reads).hasSize(1);
        assertThat(reads.get(0).to()).isEqualTo(3);
        assertThat(reads.get(0).lastIndex()).isEqualTo(scene.raft().log().ringFirst() - 1);
        scene.member.advance(50);
        assertThat(scene.member.drain().logReads()).isEmpty(); // One at a time …
        scene.acknowledge(2, scene.raft().lastIndex());
        scene.acknowledge(3, 5);
        scene.member.advance(50);
        assertThat(scene.member.drain().logReads()).hasSize(1); // … and again when it was lost.
    }

    @Test
    @DisplayName("a follower whose ring is full takes no more until there is room, and then goes on")
    void aFollowersRingIsBounded() {
        Scene scene = Scene.of(3);
        long[] terms = new long[100];
        Arrays.fill(terms, 1);
        scene.append(2, 1, 0, 0, 0, terms).append(2, 1, 100, 1, 0, terms);
        scene.append(2, 1, 200, 1, 0, terms);
        assertThat(scene.raft().lastIndex()).isEqualTo(200);
        scene.settle();
        scene.append(2, 1, 200, 1, 0, terms); // Persisted, so they can be read from the log when they are committed.
        assertThat(scene.raft().lastIndex()).isEqualTo(300);
    }

    @Test
    @DisplayName("a state machine with files of its own is handed only what the own log holds durably")
    void ownFilesWaitForTheDisk() {
        RaftConfig files = new RaftConfig(0, 1, 101, 10, 100, true, true, 10_000, 1000, 3000, 4, 4, 5, false);
        Scene own = Scene.of(3, files);
        own.append(2, 1, 0, 0, 2, 1, 1);
        assertThat(own.member.drain().applyThrough()).isZero();
        own.member.persistOne();
        assertThat(own.member.drain().applyThrough()).isEqualTo(2);
        Scene memory = Scene.of(3);
        memory.append(2, 1, 0, 0, 2, 1, 1);
        assertThat(memory.member.drain().applyThrough()).isEqualTo(2);
        assertThat(memory.member.drain().applyThrough()).isZero();
    }

    private static AppendEntries to(long id, List<Message> said) {
        return all(said, AppendEntries.class).stream()
                .filter(message -> message.to() == id)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("5.3: a conflict hint is of the log as the turn leaves it: never of an index that was cut off in it")
    void aHintIsOfTheLogAsItIs() {
        Scene scene = Scene.of(3).log(1, 2, 2, 2, 2);
        scene.heartbeat(2, 4, 9, 3, 0, 0);
        scene.append(2, 4, 1, 1, 0, 3);
        AppendAnswer answer = Scene.all(scene.settle(), AppendAnswer.class).get(0);
        assertThat(answer.rejectedIndex()).isEqualTo(9);
        assertThat(answer.conflictIndex()).isEqualTo(2);
        assertThat(answer.conflictTerm()).isEqualTo(3);
    }
}
