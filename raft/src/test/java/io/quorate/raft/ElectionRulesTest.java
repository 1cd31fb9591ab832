package io.quorate.raft;

import static io.quorate.raft.Scene.all;
import static io.quorate.raft.Scene.preVote;
import static io.quorate.raft.Scene.requestPreVote;
import static io.quorate.raft.Scene.requestVote;
import static io.quorate.raft.Scene.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.RaftEvent.ElectionCause;
import io.quorate.raft.RaftEvent.ElectionTimedOut;
import io.quorate.raft.RaftEvent.StepDownReason;
import io.quorate.raft.membership.Membership;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Elections: paper 5.1, 5.2, 5.4.1 and figure 2; thesis 3.4, 4.1, 4.2.3, 6.2, 9.6; and our hints. */
class ElectionRulesTest {
    private static final RaftConfig PLAIN = Scene.without(false, false);

    // ---- terms (5.1)

    @Test
    @DisplayName("5.1: whoever sees a later term takes it and follows")
    void aLaterTermIsTaken() {
        Scene leader = Scene.of(3).lead();
        leader.receive(new AppendAnswer(0, 2, 1, 9, 0, 0, 0, 0, 0, 0));
        assertThat(leader.raft().role()).isEqualTo(RoleName.FOLLOWER);
        assertThat(leader.raft().currentTerm()).isEqualTo(9);
        leader.settle();
        assertThat(leader.member.events).contains(new RaftEvent.SteppedDown(1, StepDownReason.LATER_TERM));
        assertThat(leader.member.hardState.currentTerm()).isEqualTo(9);
    }

    @Test
    @DisplayName("5.1: a request of an earlier term is refused with the current one")
    void aStaleRequestIsRefused() {
        Scene scene = Scene.of(3).term(5, 0);
        VoteAnswer answer = scene.receive(requestVote(2, 4, 0, 0)).settle(VoteAnswer.class);
        assertThat(answer.refusal()).isEqualTo(VoteRefusal.STALE_TERM);
        assertThat(answer.term()).isEqualTo(5);
        AppendAnswer refused = scene.append(2, 4, 0, 0, 0, 4).settle(AppendAnswer.class);
        assertThat(refused.term()).isEqualTo(5);
        assertThat(scene.raft().lastIndex()).isZero();
        assertThat(scene.raft().leader()).isZero();
    }

    @Test
    @DisplayName("5.1: answers to an earlier term are ignored")
    void staleAnswersAreIgnored() {
        Scene scene = Scene.of(3, PLAIN);
        scene.member.timeOut();
        scene.settle();
        scene.member.advance(250);
        scene.settle();
        assertThat(scene.raft().currentTerm()).isEqualTo(2);
        scene.receive(vote(2, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.CANDIDATE);
        assertThat(scene.drain()).isEmpty();
    }

    // ---- elections (5.2)

    @Test
    @DisplayName("5.2: members start as followers, and stay while they hear a leader")
    void aFollowerThatHearsALeaderStays() {
        Scene scene = Scene.of(3);
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        for (int i = 0; i < 50; i++) {
            scene.heartbeat(2, 1, 0, 0, 0, 0);
            scene.member.advance(99);
            assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
            scene.settle();
        }
    }

    @Test
    @DisplayName(
            "5.2: without a leader for the election timeout a follower campaigns, and asks everybody in the same turn")
    void aFollowerWithoutALeaderCampaigns() {
        Scene scene = Scene.of(5, PLAIN);
        scene.member.advance(99);
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        scene.member.advance(101);
        assertThat(scene.raft().role()).isEqualTo(RoleName.CANDIDATE);
        assertThat(scene.raft().currentTerm()).isEqualTo(1);
        assertThat(scene.raft().votedFor()).isEqualTo(1);
        assertThat(all(scene.settle(), RequestVote.class))
                .extracting(RequestVote::to)
                .containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    @DisplayName("5.2: a candidate wins with a majority of the votes, its own included")
    void aMajorityElects() {
        Scene scene = Scene.of(5, PLAIN);
        scene.member.timeOut();
        scene.settle();
        scene.receive(vote(2, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.CANDIDATE);
        scene.receive(vote(3, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.LEADER);
        scene.drain();
        assertThat(scene.member.events).contains(new RaftEvent.LeaderElected(1, List.of(1L, 2L, 3L)));
    }

    @Test
    @DisplayName("5.2: the same vote twice is one vote")
    void aRepeatedVoteCountsOnce() {
        Scene scene = Scene.of(5, PLAIN);
        scene.member.timeOut();
        scene.settle();
        scene.receive(vote(2, 1)).receive(vote(2, 1)).receive(vote(2, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.CANDIDATE);
    }

    @Test
    @DisplayName("4 members: two votes are no majority, three are")
    void anEvenSizeNeedsMoreThanHalf() {
        Scene scene = Scene.of(4, PLAIN);
        scene.member.timeOut();
        scene.settle();
        scene.receive(vote(2, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.CANDIDATE);
        scene.receive(vote(4, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.LEADER);
    }

    @Test
    @DisplayName("5.2: each member votes for at most one candidate in a term, first come first served")
    void oneVoteInATerm() {
        Scene scene = Scene.of(3);
        assertThat(scene.receive(requestVote(2, 1, 0, 0))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
        VoteAnswer second = scene.receive(requestVote(3, 1, 0, 0)).settle(VoteAnswer.class);
        assertThat(second.refusal()).isEqualTo(VoteRefusal.ALREADY_VOTED);
        assertThat(scene.member.hardState.votedFor()).isEqualTo(2);
    }

    @Test
    @DisplayName("figure 2: who got the vote gets it again when the answer was lost")
    void theSameCandidateIsAnsweredAgain() {
        Scene scene = Scene.of(3);
        scene.receive(requestVote(2, 1, 0, 0)).settle();
        assertThat(scene.receive(requestVote(2, 1, 0, 0))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
    }

    @Test
    @DisplayName("figure 2: a vote survives a restart")
    void aVoteSurvivesARestart() {
        Scene scene = Scene.of(3);
        scene.receive(requestVote(2, 1, 0, 0)).settle();
        scene.member.restart(9);
        VoteAnswer answer = scene.receive(requestVote(3, 1, 0, 0)).settle(VoteAnswer.class);
        assertThat(answer.refusal()).isEqualTo(VoteRefusal.ALREADY_VOTED);
    }

    @Test
    @DisplayName("5.2: a candidate votes for nobody else in its term, and a leader neither")
    void candidateAndLeaderKeepTheirVote() {
        Scene candidate = Scene.of(3, PLAIN);
        candidate.member.timeOut();
        candidate.settle();
        assertThat(candidate
                        .receive(requestVote(2, 1, 9, 0))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.ALREADY_VOTED);
        Scene leader = Scene.of(3, PLAIN).lead();
        assertThat(leader.receive(requestVote(2, 1, 9, 0))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.I_LEAD);
    }

    @Test
    @DisplayName("5.2: a candidate that hears the leader of its term follows it")
    void aCandidateFollowsTheLeaderOfItsTerm() {
        Scene scene = Scene.of(3, PLAIN);
        scene.member.timeOut();
        scene.settle();
        scene.append(3, 1, 0, 0, 0, 1);
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        assertThat(scene.raft().leader()).isEqualTo(3);
        assertThat(scene.raft().lastIndex()).isEqualTo(1);
        assertThat(scene.raft().votedFor()).isEqualTo(1);
    }

    @Test
    @DisplayName("5.2: a split vote ends in a new election with a new term after a timeout")
    void aSplitVoteIsTriedAgain() {
        Scene scene = Scene.of(4, PLAIN);
        scene.member.timeOut();
        scene.settle();
        scene.receive(vote(2, 1));
        scene.member.advance(200);
        assertThat(scene.raft().currentTerm()).isEqualTo(2);
        scene.settle();
        scene.receive(vote(3, 2));
        assertThat(scene.raft().role()).isEqualTo(RoleName.CANDIDATE); // The vote of term 1 is forgotten.
    }

    @Test
    @DisplayName("5.2: election timeouts are drawn anew, between one and two times the configured one")
    void timeoutsAreRandom() {
        long[] seen = new long[100];
        for (int seed = 0; seed < 100; seed++) {
            Scene scene = Scene.of(3);
            scene.member.restart(seed);
            seen[seed] = scene.raft().ticksUntilDue();
            assertThat(seen[seed]).isBetween(100L, 199L);
        }
        assertThat(Arrays.stream(seen).distinct().count()).isGreaterThan(40);
    }

    @Test
    @DisplayName("5.1: requests that nobody answers are sent again")
    void lostRequestsAreRepeated() {
        Scene scene = Scene.of(3);
        scene.member.timeOut();
        assertThat(all(scene.settle(), RequestPreVote.class)).hasSize(2);
        scene.member.advance(10);
        assertThat(all(scene.settle(), RequestPreVote.class)).hasSize(2);
        scene.receive(preVote(2, 1)).settle();
        scene.receive(new VoteAnswer(0, 3, 1, 1, VoteRefusal.LOG_BEHIND));
        scene.member.advance(10);
        assertThat(all(scene.settle(), RequestVote.class))
                .extracting(RequestVote::to)
                .containsExactly(2L);
    }

    @Test
    @DisplayName(
            "figure 2: a leader speaks to all at once when elected, and again whenever an interval passed in silence")
    void aLeaderSpeaks() {
        Scene scene = Scene.of(3, PLAIN);
        scene.member.timeOut();
        scene.settle();
        scene.receive(vote(2, 1));
        assertThat(all(scene.drain(), AppendEntries.class))
                .extracting(AppendEntries::to)
                .containsExactly(2L, 3L);
        scene.member.advance(9);
        assertThat(scene.drain()).isEmpty();
        scene.member.advance(1);
        assertThat(all(scene.drain(), AppendEntries.class)).hasSize(2).allMatch(m -> m.entries()
                .isEmpty());
    }

    @Test
    @DisplayName("figure 3: a second leader of a term contradicts a fact, and stops the member that sees it")
    void aSecondLeaderOfATermIsFatal() {
        Scene follower = Scene.of(3);
        follower.heartbeat(2, 4, 0, 0, 0, 0).settle();
        assertThatThrownBy(() -> follower.heartbeat(3, 4, 0, 0, 0, 0))
                .isInstanceOf(CommittedFactException.class)
                .hasMessageContaining("2 and 3 both lead term 4");
        Scene leader = Scene.of(3).lead();
        assertThatThrownBy(() -> leader.heartbeat(3, 1, 0, 0, 0, 0)).isInstanceOf(CommittedFactException.class);
    }

    @Test
    @DisplayName("one member: it elects itself when its vote is durable")
    void aMemberAloneElectsItself() {
        Scene scene = Scene.of(1);
        scene.member.advance(200);
        scene.drain();
        assertThat(scene.raft().role()).isEqualTo(RoleName.CANDIDATE);
        scene.member.persistOne();
        assertThat(scene.raft().role()).isEqualTo(RoleName.LEADER);
        scene.settle();
        assertThat(scene.raft().commitIndex()).isEqualTo(1);
    }

    // ---- the election restriction (5.4.1)

    @Test
    @DisplayName("5.4.1: a log with a later last term is more up to date, however short")
    void theLaterLastTermWins() {
        Scene scene = Scene.of(3).log(1, 1, 1).term(3, 0);
        assertThat(scene.receive(requestVote(2, 4, 1, 2))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
        Scene other = Scene.of(3).log(1, 2).term(3, 0);
        assertThat(other.receive(requestVote(2, 4, 9, 1))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.LOG_BEHIND);
    }

    @Test
    @DisplayName("5.4.1: with the same last term the longer log is more up to date, an equal one is enough")
    void theLongerLogWins() {
        Scene scene = Scene.of(3).log(1, 1).term(1, 0);
        assertThat(scene.receive(requestVote(2, 2, 1, 1))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.LOG_BEHIND);
        assertThat(scene.receive(requestVote(3, 2, 2, 1))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
    }

    // ---- membership (thesis 4.1)

    @Test
    @DisplayName("thesis 4.1: a vote goes to an asker that this member's membership does not know, if its log is good")
    void anUnknownAskerIsHeard() {
        Scene scene = Scene.of(3);
        assertThat(scene.receive(requestVote(8, 1, 0, 0))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
        Scene ahead = Scene.of(3).log(1, 1).term(1, 0);
        assertThat(ahead.receive(requestVote(8, 2, 1, 1))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NOT_A_VOTER);
    }

    @Test
    @DisplayName("a learner does not campaign, counts in no quorum, and votes all the same when asked")
    void aLearnerDoesNotCampaign() {
        Membership oneLearns = new Membership(Scene.members(3), List.of(2L, 3L), List.of());
        Scene scene = Scene.of(oneLearns);
        scene.member.advance(10_000);
        scene.member.timeOut();
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        assertThat(scene.raft().ticksUntilDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(scene.receive(requestVote(2, 1, 0, 0))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
    }

    @Test
    @DisplayName("section 6: while joint, an election needs a majority of each half")
    void aJointElection() {
        Membership joint = new Membership(Scene.members(5), List.of(1L, 4L, 5L), List.of(1L, 2L, 3L));
        Scene scene = Scene.of(joint);
        scene.member.timeOut();
        scene.receive(preVote(4, 1)).receive(preVote(5, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
        scene.receive(preVote(3, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.CANDIDATE);
    }

    // ---- PreVote (thesis 9.6)

    @Test
    @DisplayName("thesis 9.6: who only asks whether it could win takes no term and gives no vote")
    void aPreCandidateTakesNoTerm() {
        Scene scene = Scene.of(3).term(4, 2);
        scene.member.timeOut();
        assertThat(scene.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
        assertThat(scene.raft().currentTerm()).isEqualTo(4);
        assertThat(scene.raft().votedFor()).isEqualTo(2);
        assertThat(scene.member.writes).isEmpty();
        assertThat(all(scene.drain(), RequestPreVote.class)).hasSize(2).allMatch(m -> m.term() == 5);
    }

    @Test
    @DisplayName("thesis 9.6: a member cut off from the others does not raise its term")
    void aMemberCutOffKeepsItsTerm() {
        Scene scene = Scene.of(3).term(4, 0);
        for (int i = 0; i < 50; i++) {
            scene.member.advance(100);
            scene.settle();
        }
        assertThat(scene.raft().currentTerm()).isEqualTo(4);
    }

    @Test
    @DisplayName("thesis 9.6: asked whether it would vote, a member promises nothing and writes nothing")
    void aPreVotePromisesNothing() {
        Scene scene = Scene.of(3);
        scene.receive(requestPreVote(2, 1, 0, 0)).receive(requestPreVote(3, 1, 0, 0));
        assertThat(all(scene.drain(), PreVoteAnswer.class))
                .hasSize(2)
                .allMatch(m -> m.refusal() == VoteRefusal.NONE && m.term() == 1);
        assertThat(scene.member.writes).isEmpty();
        assertThat(scene.raft().currentTerm()).isZero();
        assertThat(scene.raft().votedFor()).isZero();
    }

    @Test
    @DisplayName("thesis 9.6: who hears a leader would not vote; one interval without it, and it would")
    void aPreVoteIsRefusedWhileALeaderIsHeard() {
        Scene scene = Scene.of(3);
        scene.heartbeat(2, 1, 0, 0, 0, 0).settle();
        scene.member.advance(99);
        assertThat(scene.receive(requestPreVote(3, 2, 0, 0))
                        .drain(PreVoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.LEADER_ALIVE);
        scene.member.advance(1);
        assertThat(scene.receive(requestPreVote(3, 2, 0, 0))
                        .drain(PreVoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
    }

    @Test
    @DisplayName("thesis 9.6: the pre-vote asks for an up-to-date log too")
    void aPreVoteNeedsAnUpToDateLog() {
        Scene scene = Scene.of(3).log(1, 1).term(1, 0);
        assertThat(scene.receive(requestPreVote(3, 2, 1, 1))
                        .drain(PreVoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.LOG_BEHIND);
    }

    @Test
    @DisplayName("a voter of a later term says so, and the asker goes on from there: nobody waits for ever")
    void anAskerThatIsBehindLearnsTheTerm() {
        Scene voter = Scene.of(3).term(7, 2);
        PreVoteAnswer answer = voter.receive(requestPreVote(3, 5, 0, 0)).drain(PreVoteAnswer.class);
        assertThat(answer.refusal()).isEqualTo(VoteRefusal.STALE_TERM);
        assertThat(answer.term()).isEqualTo(7);
        Scene asker = Scene.of(3).term(4, 0);
        asker.member.timeOut();
        asker.settle();
        asker.receive(new PreVoteAnswer(0, 2, 1, 7, VoteRefusal.STALE_TERM));
        assertThat(asker.raft().currentTerm()).isEqualTo(7);
        assertThat(asker.raft().role()).isEqualTo(RoleName.FOLLOWER);
        asker.member.timeOut();
        assertThat(all(asker.settle(), RequestPreVote.class)).allMatch(m -> m.term() == 8);
    }

    @Test
    @DisplayName("a pre-candidate forgets the votes of its last try")
    void preVotesDoNotAddUp() {
        Scene scene = Scene.of(5);
        scene.member.timeOut();
        scene.receive(preVote(2, 1));
        scene.member.advance(200);
        scene.receive(preVote(3, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
        scene.receive(preVote(4, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.CANDIDATE);
    }

    @Test
    @DisplayName("votes and pre-votes do not count for each other")
    void votesAndPreVotesAreTwoThings() {
        Scene asking = Scene.of(3).term(1, 0);
        asking.member.timeOut();
        asking.receive(vote(2, 1)).receive(vote(3, 1));
        assertThat(asking.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
        Scene campaigning = Scene.of(5).term(1, 0);
        campaigning.member.timeOut();
        campaigning.receive(preVote(2, 2)).receive(preVote(3, 2)).settle();
        assertThat(campaigning.raft().role()).isEqualTo(RoleName.CANDIDATE);
        campaigning.receive(preVote(4, 2)).receive(preVote(5, 2)).receive(preVote(4, 3));
        assertThat(campaigning.raft().role()).isEqualTo(RoleName.CANDIDATE);
    }

    @Test
    @DisplayName("a pre-candidate is free to vote, and follows whom it voted for")
    void aPreCandidateVotes() {
        Scene scene = Scene.of(3).term(1, 0);
        scene.member.timeOut();
        assertThat(scene.receive(requestVote(2, 1, 0, 0))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
    }

    @Test
    @DisplayName("an election that no quorum can win any more is given up at once")
    void aLostElectionIsGivenUp() {
        Scene scene = Scene.of(3);
        scene.member.timeOut();
        scene.receive(new PreVoteAnswer(0, 2, 1, 1, VoteRefusal.LEADER_ALIVE));
        assertThat(scene.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
        scene.receive(new PreVoteAnswer(0, 3, 1, 1, VoteRefusal.LEADER_ALIVE));
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
    }

    // ---- leaders that are kept, and leaders that give up (thesis 4.2.3, 6.2)

    @Test
    @DisplayName("thesis 4.2.3: who hears a leader gives no vote and takes no term")
    void aHeardLeaderIsNotDeposed() {
        Scene scene = Scene.of(3);
        scene.heartbeat(2, 3, 0, 0, 0, 0).settle();
        VoteAnswer answer = scene.receive(requestVote(3, 9, 5, 2)).settle(VoteAnswer.class);
        assertThat(answer.refusal()).isEqualTo(VoteRefusal.LEADER_ALIVE);
        assertThat(scene.raft().currentTerm()).isEqualTo(3);
        scene.member.advance(100);
        assertThat(scene.receive(requestVote(3, 9, 5, 2))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
    }

    @Test
    @DisplayName("thesis 4.2.3: without that promise the later term deposes the leader (paper 5.1)")
    void withoutCheckQuorumTheLaterTermWins() {
        Scene scene = Scene.of(3, PLAIN).lead();
        scene.receive(requestVote(3, 9, 5, 2));
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        assertThat(scene.raft().votedFor()).isEqualTo(3);
    }

    @Test
    @DisplayName("thesis 6.2: a leader that no quorum answers for an election timeout steps down")
    void aLeaderWithoutAQuorumStepsDown() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.member.advance(99);
        assertThat(scene.raft().role()).isEqualTo(RoleName.LEADER);
        scene.acknowledge(3, 1);
        scene.member.advance(99);
        assertThat(scene.raft().role()).isEqualTo(RoleName.LEADER);
        scene.member.advance(1);
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        scene.settle();
        assertThat(scene.member.events).contains(new RaftEvent.SteppedDown(1, StepDownReason.NO_QUORUM));
        assertThat(scene.raft().votedFor()).isEqualTo(1);
    }

    @Test
    @DisplayName("thesis 6.2: an old leader that meets a member of a later term learns of it by the answer")
    void anOldLeaderIsToldTheTerm() {
        Scene scene = Scene.of(3).term(6, 0);
        AppendAnswer answer = scene.heartbeat(2, 5, 0, 0, 0, 0).drain(AppendAnswer.class);
        assertThat(answer.term()).isEqualTo(6);
        assertThat(answer.verifiedIndex()).isZero();
    }

    // ---- hints

    @Test
    @DisplayName("a follower whose leader's connection is gone asks within 15 ticks")
    void aLostLeaderIsReplacedSoon() {
        for (int seed = 0; seed < 40; seed++) {
            Scene scene = Scene.of(3);
            scene.member.restart(seed);
            scene.heartbeat(2, 1, 0, 0, 0, 0).settle();
            scene.member.tell(new Input.PeerLost(3));
            assertThat(scene.raft().ticksUntilDue()).isGreaterThanOrEqualTo(100);
            scene.member.tell(new Input.PeerLost(2));
            assertThat(scene.raft().ticksUntilDue()).isBetween(1L, 15L);
            scene.member.advance(15);
            assertThat(scene.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
            scene.settle();
            assertThat(scene.member.events).contains(new ElectionTimedOut(1, ElectionCause.LEADER_LOST));
        }
    }

    @Test
    @DisplayName("a voter with the same hint does not hold its promise to the lost leader")
    void aLostLeaderIsOwedNothing() {
        Scene scene = Scene.of(3);
        scene.heartbeat(2, 1, 0, 0, 0, 0).settle();
        scene.member.tell(new Input.PeerLost(2));
        assertThat(scene.receive(requestPreVote(3, 2, 0, 0))
                        .settle(PreVoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
        assertThat(scene.receive(requestVote(3, 2, 0, 0))
                        .settle(VoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.NONE);
    }

    @Test
    @DisplayName("a leader that speaks again, or is connected again, is back")
    void aLeaderComesBack() {
        Scene spoke = Scene.of(3);
        spoke.heartbeat(2, 1, 0, 0, 0, 0).settle();
        spoke.member.tell(new Input.PeerLost(2));
        spoke.heartbeat(2, 1, 0, 0, 0, 0);
        assertThat(spoke.raft().ticksUntilDue()).isGreaterThanOrEqualTo(100);
        assertThat(spoke.receive(requestPreVote(3, 2, 0, 0))
                        .settle(PreVoteAnswer.class)
                        .refusal())
                .isEqualTo(VoteRefusal.LEADER_ALIVE);
        Scene back = Scene.of(3);
        back.heartbeat(2, 1, 0, 0, 0, 0).settle();
        back.member.tell(new Input.PeerLost(2));
        back.member.tell(new Input.PeerBack(2));
        back.member.advance(20);
        assertThat(back.raft().role()).isEqualTo(RoleName.FOLLOWER);
    }

    @Test
    @DisplayName(
            "a connected majority without a leader has an election within 50 ticks; with a leader known it changes nothing")
    void theFirstElectionIsSoon() {
        Scene scene = Scene.of(3);
        scene.member.tell(new Input.MajorityWithoutLeader());
        assertThat(scene.raft().ticksUntilDue()).isBetween(1L, 50L);
        scene.member.advance(50);
        assertThat(scene.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
        Scene following = Scene.of(3);
        following.heartbeat(2, 1, 0, 0, 0, 0);
        following.member.tell(new Input.MajorityWithoutLeader());
        assertThat(following.raft().ticksUntilDue()).isGreaterThanOrEqualTo(100);
    }

    @Test
    @DisplayName("a hint that is taken back after its campaign began is not tried again")
    void aCampaignWhoseHintIsTakenBackIsTheLast() {
        for (boolean isTakenBack : new boolean[] {false, true}) {
            Scene scene = Scene.of(3);
            scene.heartbeat(2, 1, 0, 0, 0, 0).settle();
            scene.member.tell(new Input.PeerLost(2));
            scene.member.advance(15);
            if (isTakenBack) {
                scene.member.tell(new Input.PeerBack(2));
            }
            scene.receive(new PreVoteAnswer(0, 2, 1, 2, VoteRefusal.LEADER_ALIVE));
            scene.receive(new PreVoteAnswer(0, 3, 1, 2, VoteRefusal.LEADER_ALIVE));
            assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
            boolean triesAgainSoon = scene.raft().ticksUntilDue() <= 30;
            assertThat(triesAgainSoon).isNotEqualTo(isTakenBack);
        }
    }

    @Test
    @DisplayName(
            "one that gives its vote to another gives it the time of an election, also after a hinted campaign of its own")
    void aHintedCandidateThatVotesWaits() {
        Scene scene = Scene.of(3).term(6, 0);
        scene.member.tell(new Input.MajorityWithoutLeader());
        scene.member.advance(550);
        assertThat(scene.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
        VoteAnswer vote = scene.receive(requestVote(3, 6, 0, 0)).settle(VoteAnswer.class);
        assertThat(vote.refusal()).isEqualTo(VoteRefusal.NONE);
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        assertThat(scene.raft().ticksUntilDue()).isGreaterThanOrEqualTo(100);
    }
}
