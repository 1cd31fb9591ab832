package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Raft;
import io.quorate.raft.RoleName;
import io.quorate.raft.VoteRefusal;
import java.util.List;

/** What a member owes to a later term, and what to the leader that it hears. */
final class Loyalty {
    private static final long NEVER = Long.MIN_VALUE / 2;
    private static final long NOT_LOYAL = -1;

    private final Limits limits;

    /** When each member last heard the leader of its term, in ticks of its life, and that term. */
    private final long[] heardAt;

    private final long[] heardTerm;

    /** Term at the beginning of a turn in which the member is loyal from the beginning on, or NOT_LOYAL. */
    private final long[] loyalInTerm;

    private long termBefore;
    private long votedBefore;
    private boolean wasLoyal;

    Loyalty(CoreWorld world) {
        this.limits = world.script.limits();
        int members = world.script.processes();
        this.heardAt = new long[members];
        this.heardTerm = new long[members];
        this.loyalInTerm = new long[members];
    }

    void started(CoreMember member) {
        heardAt[member.number] = NEVER;
        loyalInTerm[member.number] = NOT_LOYAL;
    }

    /** Time has passed, and nothing else has come yet. */
    void turnBegins(CoreMember member) {
        loyalInTerm[member.number] = isLoyal(member) ? member.raft().currentTerm() : NOT_LOYAL;
    }

    private boolean isLoyal(CoreMember member) {
        Raft raft = member.raft();
        boolean hears = raft.role() == RoleName.FOLLOWER
                && raft.leader() != 0
                && heardTerm[member.number] == raft.currentTerm()
                && member.ticks() - heardAt[member.number] < limits.electionTicks();
        return hears || raft.role() == RoleName.LEADER;
    }

    void receiving(CoreMember member) {
        termBefore = member.raft().currentTerm();
        votedBefore = member.raft().votedFor();
        wasLoyal = isLoyal(member);
    }

    void received(CoreMember member, Message message) {
        Raft raft = member.raft();
        if (message instanceof RequestVote ask && !ask.transfer()) {
            Rule.LEADER_IS_KEPT.require(
                    !limits.checkQuorum() || !wasLoyal || isAsBefore(raft),
                    () -> member + " hears a leader, and votes for another or takes a term by " + message);
        } else if (bindsAll(message) || (message instanceof PreVoteAnswer answer && bindsAsker(raft, answer))) {
            Rule.LATER_TERM_IS_TAKEN.require(
                    raft.currentTerm() >= message.term(),
                    () -> member + " stays in term " + raft.currentTerm() + " after " + message);
        }
        boolean isLeaders = message instanceof AppendEntries || message instanceof InstallSnapshot;
        if (isLeaders && message.term() == raft.currentTerm()) {
            heardAt[member.number] = member.ticks();
            heardTerm[member.number] = message.term();
        }
    }

    private boolean isAsBefore(Raft raft) {
        return raft.currentTerm() == termBefore && raft.votedFor() == votedBefore;
    }

    /** A question before the vote and a yes to it name a term that nobody has taken. */
    private static boolean bindsAll(Message message) {
        return !(message instanceof RequestPreVote) && !(message instanceof PreVoteAnswer);
    }

    private static boolean bindsAsker(Raft raft, PreVoteAnswer answer) {
        boolean campaigns = raft.role() == RoleName.PRE_CANDIDATE || raft.role() == RoleName.CANDIDATE;
        return campaigns && answer.refusal() == VoteRefusal.STALE_TERM;
    }

    /** The hint that its leader is gone makes a member free of it. */
    void hinted(CoreMember member, Input hint) {
        if (hint instanceof Input.PeerLost lost && lost.id() == member.raft().leader()) {
            heardAt[member.number] = NEVER;
            loyalInTerm[member.number] = NOT_LOYAL;
        }
    }

    void drained(CoreMember member, List<Effects.Outgoing> messages) {
        long term = member.raft().currentTerm();
        for (Effects.Outgoing out : messages) {
            Rule.LEADER_IS_KEPT.require(
                    loyalInTerm[member.number] != term || !isYes(out.message()),
                    () -> member + " hears a leader, and would vote for another: " + out.message());
        }
    }

    private static boolean isYes(Message message) {
        return message instanceof PreVoteAnswer answer && answer.refusal() == VoteRefusal.NONE;
    }
}
