package io.quorate.raft;

import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.RaftEvent.ElectionCause;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks to lead: in phase PRE_VOTE without taking a term, whether it could win (thesis 9.6); in phase VOTE for good (paper
 * 5.2). Nothing of one phase counts in the other, so each begins with an object of its own.
 */
final class Candidate implements Role {
    enum Phase {
        PRE_VOTE,
        VOTE
    }

    private final Raft raft;
    private final Phase phase;

    /** Whether the leader asked for it: then voters keep no promise to that leader (thesis 4.2.3). */
    private final boolean transfer;

    /** Answers by slot of the membership at the start; a voter may change its mind in PRE_VOTE, where nobody promises. */
    private final boolean[] granted;

    private final boolean[] refused;
    private final long electionAt;

    /** When those who did not answer are asked again: requests may be lost (paper 5.1). */
    private long askAgainAt;

    Candidate(Raft raft, Phase phase, boolean transfer, long electionAt) {
        this.raft = raft;
        this.phase = phase;
        this.transfer = transfer;
        this.electionAt = electionAt;
        this.granted = new boolean[raft.membership().size()];
        this.refused = new boolean[raft.membership().size()];
    }

    private Candidate(Candidate other, Raft raft) {
        this.raft = raft;
        phase = other.phase;
        transfer = other.transfer;
        electionAt = other.electionAt;
        askAgainAt = other.askAgainAt;
        granted = other.granted.clone();
        refused = other.refused.clone();
    }

    @Override
    public RoleName name() {
        return phase == Phase.PRE_VOTE ? RoleName.PRE_CANDIDATE : RoleName.CANDIDATE;
    }

    Phase phase() {
        return phase;
    }

    /**
     * Votes for itself and asks everybody in the same turn; alone, it has won already. Its own vote counts only if it is a member
     * by its newest membership (thesis 4.2.2).
     */
    void start() {
        int own = raft.membership().slot(raft.config().self());
        if (own >= 0) {
            granted[own] = true;
        }
        List<Long> asked = ask();
        raft.effects().event(new RaftEvent.VoteAsked(campaignTerm(), phase == Phase.PRE_VOTE, asked));
        decide();
    }

    private long campaignTerm() {
        return phase == Phase.PRE_VOTE ? raft.currentTerm() + 1 : raft.currentTerm();
    }

    /** Whoever has not granted is asked; in VOTE a refusal is final, since a vote is given once. */
    private List<Long> ask() {
        askAgainAt = raft.now() + raft.config().heartbeatTicks();
        Membership membership = raft.membership();
        List<Long> asked = new ArrayList<>();
        for (int slot = 0; slot < membership.size(); slot++) {
            long id = membership.members().get(slot).id();
            boolean isOpen = !granted[slot] && !(phase == Phase.VOTE && refused[slot]);
            if (isOpen && membership.isVoter(id) && id != raft.config().self()) {
                ask(id);
                asked.add(id);
            }
        }
        return asked;
    }

    private void ask(long id) {
        RaftConfig config = raft.config();
        LogCursor log = raft.log();
        if (phase == Phase.PRE_VOTE) {
            raft.effects()
                    .sendAtOnce(new Message.RequestPreVote(
                            config.group(), config.self(), id, campaignTerm(), log.lastIndex(), log.lastTerm()));
        } else {
            raft.effects()
                    .send(new Message.RequestVote(
                            config.group(),
                            config.self(),
                            id,
                            campaignTerm(),
                            log.lastIndex(),
                            log.lastTerm(),
                            transfer));
        }
    }

    @Override
    public void advance() {
        if (raft.now() >= electionAt) {
            raft.campaign(ElectionCause.TIMEOUT);
        } else if (raft.now() >= askAgainAt) {
            ask();
        }
    }

    @Override
    public long dueAt() {
        return Math.min(electionAt, askAgainAt);
    }

    @Override
    public boolean isLeaderAlive() {
        return false;
    }

    @Override
    public void preVoteAnswer(PreVoteAnswer message) {
        // One of the phase VOTE came too late; one about another term was meant for an earlier campaign.
        if (raft.isBehind(message)) {
            raft.becomeFollower(message.term());
        } else if (phase == Phase.PRE_VOTE && message.term() == campaignTerm()) {
            count(message.from(), message.refusal());
        }
    }

    @Override
    public void voteAnswer(VoteAnswer message) {
        // In PRE_VOTE no vote of this term is asked for: one that comes was meant for a campaign given up.
        if (phase == Phase.VOTE) {
            count(message.from(), message.refusal());
        }
    }

    private void count(long voter, VoteRefusal refusal) {
        int slot = raft.membership().slot(voter);
        if (slot < 0 || (granted[slot] && phase == Phase.VOTE)) {
            return;
        }
        raft.effects().event(new RaftEvent.VoteReceived(campaignTerm(), phase == Phase.PRE_VOTE, voter, refusal));
        granted[slot] = refusal == VoteRefusal.NONE;
        refused[slot] = refusal != VoteRefusal.NONE;
        decide();
    }

    private void decide() {
        if (raft.quorum().isWon(granted)) {
            won();
        } else if (raft.quorum().isLost(refused) || raft.quorum().isLost(refusedOrGone())) {
            raft.becomeFollower(raft.currentTerm());
        }
    }

    /**
     * The leader whose loss began this campaign will hardly answer. Where the others' refusals would decide with its own,
     * waiting for it would only delay the next try. While nobody refused, it is waited for: the hint may be wrong.
     */
    private boolean[] refusedOrGone() {
        boolean[] hopeless = refused.clone();
        int gone = raft.membership().slot(raft.leaderGivenUp());
        boolean anyRefused = false;
        for (boolean refusal : refused) {
            anyRefused |= refusal;
        }
        if (anyRefused && gone >= 0) {
            hopeless[gone] |= !granted[gone];
        }
        return hopeless;
    }

    private void won() {
        if (phase == Phase.PRE_VOTE) {
            raft.becomeCandidate(Phase.VOTE, false);
        } else if (raft.isVoteDurable()) {
            // Not before: after a crash this member could vote for another, and lead this term a second time.
            raft.becomeLeader(voters());
        }
    }

    private List<Long> voters() {
        List<Long> ids = new ArrayList<>();
        for (Member member : raft.membership().members()) {
            if (granted[raft.membership().slot(member.id())]) {
                ids.add(member.id());
            }
        }
        return ids;
    }

    /** The own vote may have been the last one missing. */
    @Override
    public void persisted() {
        decide();
    }

    @Override
    public void drain() {
        // What a candidate says it says at once.
    }

    @Override
    public void requestPreVote(Message.RequestPreVote message) {
        raft.answerPreVote(message);
    }

    /** In VOTE its own vote of the term is given. In PRE_VOTE it is free to vote, and then no candidate any more. */
    @Override
    public void requestVote(Message.RequestVote message) {
        if (raft.answerVote(message)) {
            raft.becomeFollower(raft.currentTerm());
        }
    }

    /** Somebody leads this term: the election is over (paper 5.2). */
    @Override
    public void appendEntries(Message.AppendEntries message) {
        raft.becomeFollower(raft.currentTerm());
        raft.deliver(message);
    }

    @Override
    public void installSnapshot(Message.InstallSnapshot message) {
        raft.becomeFollower(raft.currentTerm());
        raft.deliver(message);
    }

    @Override
    public void timeoutNow(Message.TimeoutNow message) {
        raft.becomeFollower(raft.currentTerm());
        raft.deliver(message);
    }

    @Override
    public void appendAnswer(Message.AppendAnswer message) {
        // It does not lead.
    }

    @Override
    public void readIndexRequest(Message.ReadIndexRequest message) {
        // It does not lead; the asker asks again.
    }

    @Override
    public void readIndexAnswer(Message.ReadIndexAnswer message) {
        // It asked nobody: who leads is open.
    }

    @Override
    public Role copy(Raft target) {
        return new Candidate(this, target);
    }

    @Override
    public void writeTo(CanonicalForm out) {
        out.timed(electionAt - raft.now()).number(askAgainAt - raft.now()).flag(transfer);
        for (int slot : out.slots(raft.membership())) {
            out.flag(granted[slot]).flag(refused[slot]);
        }
    }
}
