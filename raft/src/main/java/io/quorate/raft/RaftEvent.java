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

    enum ElectionCause {
        TIMEOUT,
        /** The connection to the leader closed and was refused: see {@link Raft#peerLost(long)}. */
        LEADER_LOST,
        /** See {@link Raft#majorityWithoutLeader()}. */
        FIRST_ELECTION,
        REQUESTED;

        /** Whether the campaign began before the timeout, since the driver knows more than the messages tell. */
        boolean isHint() {
            return this == LEADER_LOST || this == FIRST_ELECTION;
        }
    }

    enum StepDownReason {
        LATER_TERM,
        /** No quorum answered within an election timeout (thesis 6.2). */
        NO_QUORUM
    }
}
