package io.quorate.sim.node;

import io.quorate.node.Leadership;
import io.quorate.node.RaftOptions;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one life of a whole member owes to the leader that it hears, as far as its messages and what it tells of its leader show:
 * whoever comes back from where it reached no majority must not depose the leader of the others.
 */
final class NodeLoyalty {
    private static final long NEVER = Long.MIN_VALUE / 2;

    /** Of who asked last, and whether it must be refused. */
    private record Asked(long term, boolean isOwed) {}

    private final boolean isChecked;

    /** Half of the shortest election timeout: what a turn knows and has not told yet changes nothing within it. */
    private final long loyalNanos;

    private final Map<Long, Asked> votes = new TreeMap<>();
    private final Map<Long, Asked> preVotes = new TreeMap<>();
    private long heardAt = NEVER;

    private long heardTerm;

    /** When entries or a heartbeat came last, and the turn before which none had come for an election timeout. */
    private long appendedAt = NEVER;

    private long doubtfulAt = NEVER;

    /** An earlier one may be over, though it is still told. */
    private long leastTerm;

    NodeLoyalty(RaftOptions options) {
        isChecked = options.checkQuorum();
        loyalNanos = options.electionTimeoutMillis() * 1_000_000L / 2;
    }

    /**
     * A message is handed to its core.
     *
     * @param told what it said of its leader after its last turn
     * @param now by its clock
     */
    void delivered(Message message, Leadership told, long now) {
        boolean follows = told.leader() != null && told.term() == heardTerm;
        boolean hears = follows && now - heardAt < loyalNanos;
        boolean isLater = message.term() > told.term();
        if (message instanceof RequestPreVote) {
            ask(preVotes, message, hears);
            return;
        }
        boolean isOwed = message instanceof RequestVote && isLater && hears && isChecked;
        if (message instanceof RequestVote) {
            ask(votes, message, isOwed);
        }
        if (isLater && !isOwed && !(message instanceof PreVoteAnswer)) {
            leastTerm = Math.max(leastTerm, message.term());
            heardAt = NEVER;
        }
        if (message instanceof AppendEntries) {
            appended(message, told, now);
        }
    }

    private void appended(Message message, Leadership told, long now) {
        if (appendedAt != NEVER && now - appendedAt >= 2 * loyalNanos) {
            doubtfulAt = now; // In this very turn it may have campaigned, before it was handed what had waited.
        }
        if (message.term() < told.term()) {
            return;
        }
        appendedAt = now;
        Member leader = told.leader();
        boolean isLeaders = leader != null && leader.id() == message.from() && told.term() == message.term();
        if (isLeaders && message.term() >= leastTerm && now != doubtfulAt) {
            heardAt = now;
            heardTerm = message.term();
        }
    }

    /** Once a yes was in order, it is: it may have been given, and be under way. */
    private static void ask(Map<Long, Asked> by, Message message, boolean isOwed) {
        Asked before = by.get(message.from());
        boolean wasOpen = before != null && before.term == message.term() && !before.isOwed;
        by.put(message.from(), new Asked(message.term(), isOwed && !wasOpen));
    }

    /** Its sessions say that a leader may be gone. */
    void freed() {
        heardAt = NEVER;
    }

    void sent(Message message) {
        if (message instanceof VoteAnswer answer) {
            Asked asked = votes.get(answer.to());
            require(asked == null || !asked.isOwed || answer.term() < asked.term, message);
        } else if (message instanceof PreVoteAnswer answer && answer.refusal() == VoteRefusal.NONE) {
            Asked asked = preVotes.get(answer.to());
            require(asked == null || !asked.isOwed || answer.term() != asked.term, message);
        }
    }

    private static void require(boolean holds, Message message) {
        NodeRule.LEADER_IS_KEPT.require(holds, () -> "its sender hears a leader: " + message);
    }
}
