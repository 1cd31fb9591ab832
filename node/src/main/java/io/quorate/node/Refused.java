package io.quorate.node;

import io.quorate.raft.membership.Member;
import org.jspecify.annotations.Nullable;

/**
 * The proposal was not applied and never will be; or the read was not served.
 *
 * @param reason why
 * @param leader who leads, as far as this member knows; null when it knows nobody
 * @param retryAfterMillis trying again earlier is pointless; 0: at once (elsewhere, if the reason says so)
 */
public record Refused<R>(Reason reason, @Nullable Member leader, int retryAfterMillis)
        implements Outcome<R>, ReadOutcome<R> {
    public enum Reason {
        /** This member does not lead: ask {@link Refused#leader()}. */
        NOT_LEADER,
        /**
         * The bound on bytes in flight, or on waiting reads, is reached; or a proposal to be forwarded found no room on the
         * way to the leader until its time was over.
         */
        OVERLOADED,
        /** The command is longer than {@link RaftOptions#maxCommandBytes()}. */
        TOO_LARGE,
        /** This member's disk or the leader's is full. Nothing was written; it goes on by itself when there is room. */
        NO_SPACE,
        /** Another leader's entry was committed at its position. */
        OVERWRITTEN,
        /**
         * The {@link IdempotencyKey} is that of another command, which was applied. This one never will be by that key: it needs
         * one of its own.
         */
        KEY_REUSED,
        /**
         * The {@link IdempotencyKey} was made later than ten minutes ahead of the log's time: the clock of whoever made it, or the
         * leader's, is wrong.
         */
        KEY_AHEAD,
        /** A read found no majority within {@link RaftOptions#requestTimeoutMillis()}. */
        TIMED_OUT,
        /** A read of {@link Consistency#within} could not be proven to be that fresh: no majority was reached within its bound. */
        STALE,
        /**
         * A read found this member's state machine being restored from a snapshot: at its start, or since it lagged behind what
         * the others retain. Meanwhile it holds no state, however old a one would do. Ask another member, or later.
         */
        RESTORING,
        /**
         * A local read found this member getting back entries that it lost to damage: its state may be older than what it has shown
         * before. Ask another member, or for a read that a leader confirms.
         */
        DAMAGED,
        /**
         * This member's state machine is not in the state in which those of a majority are ({@link
         * RaftOptions#stateHashEntries}): it serves neither reads nor proposals any more. Ask another member.
         */
        STATE_DIFFERS,
        /** The node is being closed, or has failed, and had not yet begun with it. */
        STOPPED
    }
}
