package io.quorate.raft;

import io.quorate.raft.RaftEvent.TransferCause;

/**
 * A leadership on its way to another member (thesis 3.10). While it lasts the leader takes no proposals, so that the target
 * can come to hold all of its log; then it is told to campaign, again with every heartbeat interval, since that may be lost.
 * Given up an election timeout after it began.
 */
final class Transfer {
    private static final long NOT_ASKED = -1;

    /** 0 when there is nobody who could take over. */
    private final long to;

    private final TransferCause cause;
    private final long endsAt;
    private long askedAt = NOT_ASKED;

    Transfer(long to, TransferCause cause, long endsAt) {
        this.to = to;
        this.cause = cause;
        this.endsAt = endsAt;
    }

    Transfer(Transfer other) {
        to = other.to;
        cause = other.cause;
        endsAt = other.endsAt;
        askedAt = other.askedAt;
    }

    long to() {
        return to;
    }

    TransferCause cause() {
        return cause;
    }

    long endsAt() {
        return endsAt;
    }

    /** From here on the leader's log must not grow: the target may already hold the votes. */
    boolean isAsked() {
        return askedAt != NOT_ASKED;
    }

    /** @param holdsAll whether the target's disk holds all of the leader's log */
    void drain(Raft raft, boolean holdsAll) {
        boolean isDue = isAsked() ? raft.now() - askedAt >= raft.config().heartbeatTicks() : holdsAll;
        if (!isDue) {
            return;
        }
        if (!isAsked()) {
            raft.effects().event(new RaftEvent.TransferAsked(raft.currentTerm(), to));
        }
        askedAt = raft.now();
        raft.effects()
                .send(new Message.TimeoutNow(
                        raft.config().group(), raft.config().self(), to, raft.currentTerm()));
    }

    void writeTo(CanonicalForm out, long now) {
        out.id(to).text(cause.name()).number(endsAt - now).number(isAsked() ? now - askedAt : NOT_ASKED);
    }
}
