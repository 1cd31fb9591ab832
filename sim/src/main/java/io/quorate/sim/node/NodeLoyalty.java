package io.quorate.sim.node;

import io.quorate.node.RaftOptions;
import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Raft;
import io.quorate.raft.Replay;
import io.quorate.raft.RestartImage;
import io.quorate.raft.RoleName;
import io.quorate.raft.VoteRefusal;

/**
 * What one life of a whole member owes to the leader that it hears: whoever comes back from where it reached no majority must
 * not depose the leader of the others. It is told of the core's inputs in the order in which they entered it, with the core as
 * it was after each.
 */
final class NodeLoyalty implements Replay.Watch {
    private static final long NEVER = Long.MIN_VALUE / 2;
    private static final long NOT_LOYAL = -1;

    private final boolean isChecked;
    private final int electionTicks;

    /** When the leader of its term was heard last, in ticks of this life, and that term. */
    private long heardAt = NEVER;

    private long heardTerm;
    private long ticks;

    /** Term at the beginning of a turn in which it is loyal from the beginning on, or NOT_LOYAL. */
    private long loyalInTerm = NOT_LOYAL;

    /** As it was after the last input. */
    private boolean wasLoyal;

    private long termBefore;
    private long votedBefore;

    NodeLoyalty(RaftOptions options) {
        isChecked = options.checkQuorum();
        electionTicks = options.electionTimeoutMillis();
    }

    @Override
    public void started(RestartImage image, Raft raft) {
        beginTurn(raft);
    }

    @Override
    public void told(Input input, Raft raft) {
        if (input instanceof Input.Receive receive) {
            received(receive.message(), raft);
        } else if (input instanceof Input.PeerLost lost && lost.id() == raft.leader()) {
            heardAt = NEVER; // The hint that its leader is gone makes it free of it.
            loyalInTerm = NOT_LOYAL;
        } else if (input instanceof Input.Advance advance) {
            ticks += advance.ticks();
            beginTurn(raft); // Time comes first in a turn.
        }
        remember(raft);
    }

    private void received(Message message, Raft raft) {
        // One that the leader has told to campaign says so: then nobody is loyal against it (thesis 4.2.3).
        if (message instanceof RequestVote ask && !ask.transfer()) {
            boolean isAsBefore = raft.currentTerm() == termBefore && raft.votedFor() == votedBefore;
            require(!isChecked || !wasLoyal || isAsBefore, "votes for another or takes a term by ", message);
        }
        boolean isLeaders = message instanceof AppendEntries || message instanceof InstallSnapshot;
        if (isLeaders && message.term() == raft.currentTerm()) {
            heardAt = ticks;
            heardTerm = message.term();
        }
    }

    @Override
    public void drained(Effects effects, Raft raft) {
        for (Effects.Outgoing out : effects.messages()) {
            boolean isYes = out.message() instanceof PreVoteAnswer answer && answer.refusal() == VoteRefusal.NONE;
            require(loyalInTerm != raft.currentTerm() || !isYes, "would vote for another: ", out.message());
        }
        beginTurn(raft);
    }

    private void beginTurn(Raft raft) {
        remember(raft);
        loyalInTerm = wasLoyal ? termBefore : NOT_LOYAL;
    }

    private void remember(Raft raft) {
        boolean hears = raft.role() == RoleName.FOLLOWER
                && raft.leader() != 0
                && heardTerm == raft.currentTerm()
                && ticks - heardAt < electionTicks;
        wasLoyal = hears || raft.role() == RoleName.LEADER;
        termBefore = raft.currentTerm();
        votedBefore = raft.votedFor();
    }

    private static void require(boolean holds, String what, Message message) {
        NodeRule.LEADER_IS_KEPT.require(holds, () -> "its receiver hears a leader, and " + what + message);
    }
}
