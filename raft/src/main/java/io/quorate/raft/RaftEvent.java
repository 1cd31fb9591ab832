package io.quorate.raft;

import java.util.List;

/** What happened, for log lines, metrics and traces: the core itself logs nothing. */
public sealed interface RaftEvent {
    /** No leader was heard for the drawn timeout, or a hint stands in for it. */
    record ElectionTimedOut(long term, ElectionCause cause) implements RaftEvent {}

    /** @param term the term campaigned for */
    record VoteAsked(long term, boolean preVote, List<Long> voters) implements RaftEvent {}

    /** This member gave its vote, or promised one. */
    record VoteGranted(long term, boolean preVote, long candidate) implements RaftEvent {}

    record VoteRefused(long term, boolean preVote, long candidate, VoteRefusal reason) implements RaftEvent {}

    /** A peer answered this candidate. */
    record VoteReceived(long term, boolean preVote, long voter, VoteRefusal refusal) implements RaftEvent {}

    /** @param votes who voted for it, itself included, by rising unsigned id */
    record LeaderElected(long term, List<Long> votes) implements RaftEvent {}

    /** This member follows that leader now. */
    record LeaderFollowed(long term, long leader) implements RaftEvent {}

    /** This member led, and does no longer. */
    record SteppedDown(long term, StepDownReason reason) implements RaftEvent {}

    /** Entries of this log that conflicted with the leader's were dropped. */
    record Truncated(long fromIndex, long lastIndex) implements RaftEvent {}

    /** This member's own snapshot up to that entry is its newest; the mark is in a write. */
    record SnapshotTaken(long index, long term) implements RaftEvent {}

    /** A follower lacks what this leader does not retain: it is offered the snapshot up to that entry. */
    record SnapshotOffered(long term, long follower, long lastIncludedIndex, long lastIncludedTerm)
            implements RaftEvent {}

    /**
     * A snapshot came from elsewhere, and its mark is in a write.
     *
     * @param keepsLog whether this log holds that entry and goes on behind it; else it is dropped, and begins behind the mark
     */
    record SnapshotInstalled(long index, long term, boolean keepsLog) implements RaftEvent {}

    /** The state machine holds what the snapshot held; from now on entries are applied. */
    record SnapshotRestored(long index) implements RaftEvent {}

    /** What was lost of this log to damage is on its disk again, up to this index: from now on the member votes. */
    record Repaired(long index) implements RaftEvent {}

    /** The newest membership of this log, by which this member decides from now on, is that of the entry at this index. */
    record MembershipChanged(long index, boolean joint) implements RaftEvent {}

    /**
     * A membership that differs from the one before is committed; when it is not joint, the change is done. Of those that an
     * installed snapshot covers only the last one is told.
     */
    record MembershipCommitted(long index, boolean joint) implements RaftEvent {}

    /** This leader takes no more proposals, and waits until that member holds all of its log. */
    record TransferBegan(long term, long to, TransferCause cause) implements RaftEvent {}

    /** That member holds all, and was told to campaign. */
    record TransferAsked(long term, long to) implements RaftEvent {}

    /** That member did not take over within an election timeout. */
    record TransferGivenUp(long term, long to) implements RaftEvent {}

    enum TransferCause {
        REQUESTED,
        /** See {@link Raft#fitness(Fitness)}. */
        SICK,
        /** The committed membership has this leader as a voter no more (thesis 4.2.2). */
        REMOVED,
        /** See {@link Fitness#FAULTY}. */
        FAULTY;

        /** Whether the leader must go, also where nobody can take over. */
        boolean isForced() {
            return this == REMOVED || this == FAULTY;
        }
    }

    enum ElectionCause {
        TIMEOUT,
        /** The connection to the leader closed and was refused: see {@link Raft#peerLost(long)}. */
        LEADER_LOST,
        /** See {@link Raft#majorityWithoutLeader()}. */
        FIRST_ELECTION,
        REQUESTED,
        /** The leader asked for it: {@link Message.TimeoutNow}. */
        TRANSFER;

        /** Whether the campaign began before the timeout, since the driver knows more than the messages tell. */
        boolean isHint() {
            return this == LEADER_LOST || this == FIRST_ELECTION;
        }
    }

    enum StepDownReason {
        LATER_TERM,
        /** No quorum answered within an election timeout (thesis 6.2). */
        NO_QUORUM,
        /** The committed membership has it as a voter no more, and nobody took over (thesis 4.2.2). */
        REMOVED,
        /** It must not lead, and nobody took over: see {@link Fitness#FAULTY}. */
        FAULTY
    }
}
