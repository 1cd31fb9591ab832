package io.quorate.node.internal;

import io.quorate.node.ProposalListener;
import io.quorate.node.Refused;
import io.quorate.node.port.LogRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Proposals that the connection to the leader had no room for, in the order in which they came. None of it was sent, so a
 * refusal is for good. Loop only.
 */
final class UnsentProposals<R> {
    /**
     * @param flags of its record
     * @param deadline when it is refused
     */
    record Unsent<R>(int flags, ByteBuffer payload, long token, long deadline, ProposalListener<R> listener) {
        int bytes() {
            return LogRecord.size(payload.remaining());
        }
    }

    private final ArrayDeque<Unsent<R>> waiting = new ArrayDeque<>();
    private long bytes;

    int size() {
        return waiting.size();
    }

    /** Bytes of the commands that wait. */
    long bytes() {
        return bytes;
    }

    void add(Unsent<R> unsent) {
        waiting.addLast(unsent);
        bytes += unsent.bytes();
    }

    /** The one that waits longest, or null. */
    @Nullable
    Unsent<R> first() {
        return waiting.peekFirst();
    }

    void removeFirst() {
        bytes -= waiting.removeFirst().bytes();
    }

    /** Ends those whose time is over. */
    void expire(long now, Refused<R> refused) {
        for (Unsent<R> first = first(); first != null && first.deadline <= now; first = first()) {
            removeFirst();
            first.listener.refused(first.token, refused);
        }
    }

    long nextDeadline() {
        Unsent<R> first = first();
        return first == null ? Long.MAX_VALUE : first.deadline;
    }
}
