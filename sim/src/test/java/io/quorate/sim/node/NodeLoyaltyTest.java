package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.RaftOptions;
import io.quorate.raft.EntryRun;
import io.quorate.raft.HardState;
import io.quorate.raft.Input;
import io.quorate.raft.LogSummary;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.RestartImage;
import io.quorate.raft.RoleName;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who deposes a leader that is heard is found; and what once was taken for that, and was none, stays allowed. */
final class NodeLoyaltyTest {
    private static final int ELECTION = 100;
    static final long TERM = 5;

    /** A follower of member 2, from its start on. */
    private static final class Life {
        final Raft raft;
        final NodeLoyalty loyalty = new NodeLoyalty(RaftOptions.builder()
                .heartbeatMillis(10)
                .electionTimeoutMillis(ELECTION)
                .build());

        Life(boolean preVote) {
            raft = follower(preVote);
            loyalty.started(image(), raft);
        }

        void tell(Input input) {
            raft.apply(input);
            loyalty.told(input, raft);
        }

        void tell(Message message) {
            tell(new Input.Receive(message));
        }

        void endTurn() {
            loyalty.drained(raft.drain(), raft);
        }
    }

    static Raft follower(boolean preVote) {
        RaftConfig config =
                new RaftConfig(0, 1, 1, 10, ELECTION, preVote, true, 1 << 16, 1 << 12, 1 << 14, 4, 100, 0, true);
        return Raft.restart(config, image(), 1);
    }

    static RestartImage image() {
        List<Member> members = List.of(member(1), member(2), member(3));
        SnapshotMark mark = new SnapshotMark(0, 0, Membership.ofVoters(members));
        return new RestartImage(new HardState(TERM, 0, 0), mark, LogSummary.empty(0));
    }

    private static Member member(long id) {
        return new Member(id, id, "n" + id, List.of());
    }

    static Message heartbeat(long from, long term) {
        return new Message.AppendEntries(0, from, 1, term, 0, 0, 0, 0, EntryRun.empty(1));
    }

    static Message asks(long term) {
        return new Message.RequestVote(0, 3, 1, term, 9, 1, false);
    }

    private static Message asksBefore(long term) {
        return new Message.RequestPreVote(0, 3, 1, term, 9, 1);
    }

    private static void assertBroken(Runnable step) {
        assertThatThrownBy(step::run).isInstanceOfSatisfying(Violation.class, violation -> assertThat(violation.rule())
                .isEqualTo(NodeRule.LEADER_IS_KEPT.name()));
    }

    // ---- it can fail

    @Test
    void aTermIsTakenFromWhoAsksForVotes() {
        Life loyal = new Life(true);
        loyal.tell(heartbeat(2, TERM));
        Raft disloyal = follower(true);
        disloyal.apply(new Input.Receive(asks(TERM + 1)));
        assertThat(disloyal.currentTerm()).isEqualTo(TERM + 1);
        assertBroken(() -> loyal.loyalty.told(new Input.Receive(asks(TERM + 1)), disloyal));
    }

    /** Without a vote in the term of its leader, which others elected. */
    @Test
    void anotherGetsItsVoteInTheTermOfItsLeader() {
        Life loyal = new Life(true);
        loyal.tell(heartbeat(2, TERM));
        Raft disloyal = follower(true);
        disloyal.apply(new Input.Receive(asks(TERM)));
        assertThat(disloyal.votedFor()).isEqualTo(3);
        assertBroken(() -> loyal.loyalty.told(new Input.Receive(asks(TERM)), disloyal));
    }

    @Test
    void aLeaderTakesATermFromWhoAsksForVotes() {
        Life leader = new Life(false);
        leader.tell(new Input.ElectionTimedOut());
        leader.endTurn();
        leader.tell(new Input.Persisted(1));
        leader.tell(new Message.VoteAnswer(0, 2, 1, TERM + 1, VoteRefusal.NONE));
        assertThat(leader.raft.role()).isEqualTo(RoleName.LEADER);
        Raft disloyal = follower(true);
        disloyal.apply(new Input.Receive(asks(TERM + 2)));
        assertBroken(() -> leader.loyalty.told(new Input.Receive(asks(TERM + 2)), disloyal));
    }

    @Test
    void thatAnotherMemberIsGoneFreesNobody() {
        Life loyal = new Life(true);
        loyal.tell(heartbeat(2, TERM));
        loyal.endTurn();
        loyal.tell(new Input.PeerLost(3));
        Raft disloyal = follower(true);
        disloyal.apply(new Input.Receive(asks(TERM + 1)));
        assertBroken(() -> loyal.loyalty.told(new Input.Receive(asks(TERM + 1)), disloyal));
    }

    @Test
    void anotherIsToldThatItWouldGetTheVote() {
        Life loyal = new Life(true);
        loyal.tell(heartbeat(2, TERM));
        loyal.endTurn();
        Raft disloyal = follower(true);
        disloyal.apply(new Input.Receive(asksBefore(TERM + 1)));
        assertBroken(() -> loyal.loyalty.drained(disloyal.drain(), disloyal));
    }

    // ---- what is allowed

    @Test
    void theCoreItselfIsLoyal() {
        Life life = new Life(true);
        life.tell(heartbeat(2, TERM));
        life.endTurn();
        life.tell(new Input.Advance(ELECTION - 1));
        life.tell(asksBefore(TERM + 1));
        life.tell(asks(TERM + 1));
        life.endTurn();
        assertThat(life.raft.currentTerm()).isEqualTo(TERM);
    }

    @Test
    void whoHasNotHeardItsLeaderForAnElectionTimeoutIsFree() {
        Life life = new Life(true);
        life.tell(heartbeat(2, TERM));
        life.endTurn();
        life.tell(new Input.Advance(2 * ELECTION));
        life.tell(asks(TERM + 7));
        life.endTurn();
        assertThat(life.raft.currentTerm()).isEqualTo(TERM + 7);
    }

    @Test
    void whoIsToldThatItsLeaderIsGoneIsFree() {
        Life life = new Life(true);
        life.tell(heartbeat(2, TERM));
        life.endTurn();
        life.tell(new Input.PeerLost(2));
        life.tell(asks(TERM + 7));
        life.endTurn();
        assertThat(life.raft.currentTerm()).isEqualTo(TERM + 7);
    }

    @Test
    void whoCampaignsByTheLeadersWordIsVotedFor() {
        Life life = new Life(true);
        life.tell(heartbeat(2, TERM));
        life.endTurn();
        life.tell(new Message.RequestVote(0, 3, 1, TERM + 1, 9, 1, true));
        life.endTurn();
        assertThat(life.raft.currentTerm()).isEqualTo(TERM + 1);
    }

    // ---- false alarms of a judge that knew only what crossed the network

    /** Seed 65365855756: it owed a refusal in its term, and answers in the one in which another leads by now. */
    @Test
    void aVoteIsAnsweredInALaterTermThanItWasAskedIn() {
        Life life = new Life(true);
        life.tell(heartbeat(2, TERM));
        life.tell(asks(TERM + 1));
        life.tell(heartbeat(3, TERM + 1));
        life.tell(asks(TERM + 1));
        life.endTurn();
        assertThat(life.raft.currentTerm()).isEqualTo(TERM + 1);
        assertThat(life.raft.leader()).isEqualTo(3);
    }

    /** Seed 623230655190: the turn begins with the time that passed, and only then comes what its leader sent in it. */
    @Test
    void itCampaignsBeforeItIsHandedWhatHadWaited() {
        Life life = new Life(false);
        life.tell(heartbeat(2, TERM));
        life.endTurn();
        life.tell(new Input.Advance(3 * ELECTION));
        assertThat(life.raft.role()).isEqualTo(RoleName.CANDIDATE);
        life.tell(heartbeat(2, TERM));
        life.tell(asks(TERM + 2));
        life.endTurn();
        assertThat(life.raft.currentTerm()).isEqualTo(TERM + 2);
    }

    /** Seed 293116339750: an answer of a later term comes first, and then who asks for votes in one that is later still. */
    @Test
    void aLaterTermComesByAnotherMessage() {
        Life life = new Life(true);
        life.tell(heartbeat(2, TERM));
        life.endTurn();
        life.tell(new Message.AppendAnswer(0, 3, 1, TERM + 1, 0, 0, 0, 0, 0, 0));
        life.tell(asks(TERM + 2));
        life.endTurn();
        assertThat(life.raft.currentTerm()).isEqualTo(TERM + 2);
    }
}
