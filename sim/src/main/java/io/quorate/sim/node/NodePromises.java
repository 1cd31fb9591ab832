package io.quorate.sim.node;

import io.quorate.raft.HardState;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.VoteRefusal;
import java.util.Map;
import java.util.TreeMap;

/** What a member's messages tell binds it beyond its life: it is on its disk when they leave, and no vote is given twice. */
final class NodePromises {
    /** By term: whom each member told others that it votes for. */
    private final Map<Long, Map<Long, Long>> votes = new TreeMap<>();

    /** A message leaves; that is durable so far. */
    void sent(Message message, LogModel durable) {
        HardState state = durable.hardState();
        boolean isKept = namesNextTerm(message) || state.currentTerm() >= message.term();
        if (isVote(message)) {
            isKept &= state.currentTerm() > message.term() || state.votedFor() == candidate(message);
        } else if (message instanceof AppendAnswer answer) {
            isKept &= answer.durableIndex() <= durable.lastIndex();
        }
        NodeRule.DURABLE_BEFORE_TOLD.require(isKept, () -> message + " leaves, and on its disk is only " + durable);
    }

    /** Asks for a vote in a term that nobody is in yet. */
    private static boolean namesNextTerm(Message message) {
        return message instanceof RequestPreVote
                || (message instanceof PreVoteAnswer answer && answer.refusal() != VoteRefusal.STALE_TERM);
    }

    /** A message has come to a member that its sender is connected to. */
    void delivered(Message message) {
        if (!isVote(message)) {
            return;
        }
        long candidate = candidate(message);
        Long before =
                votes.computeIfAbsent(message.term(), absent -> new TreeMap<>()).putIfAbsent(message.from(), candidate);
        NodeRule.ONE_VOTE_IN_A_TERM.requireAt(
                message.term(),
                before == null || before == candidate,
                () -> message + " tells of a vote for " + candidate + ", and one before of one for " + before);
    }

    /** Who asks for votes has voted for itself. */
    private static boolean isVote(Message message) {
        return message instanceof RequestVote
                || (message instanceof VoteAnswer answer && answer.refusal() == VoteRefusal.NONE);
    }

    private static long candidate(Message message) {
        return message instanceof RequestVote ? message.from() : message.to();
    }
}
