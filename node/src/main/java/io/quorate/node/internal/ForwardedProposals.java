package io.quorate.node.internal;

import io.quorate.node.ProposalListener;
import io.quorate.node.Unknown;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Proposals sent to the leader that have no position in the log yet, by their number. Loop only. */
final class ForwardedProposals<R> {
    /** @param deadline when it is given up */
    record Forwarded<R>(long leader, int bytes, long token, long deadline, ProposalListener<R> listener) {}

    private final Map<Long, Forwarded<R>> byNumber = new LinkedHashMap<>();
    private long bytes;

    int size() {
        return byNumber.size();
    }

    /** Bytes of the commands that are on their way. */
    long bytes() {
        return bytes;
    }

    void add(long number, Forwarded<R> forwarded) {
        byNumber.put(number, forwarded);
        bytes += forwarded.bytes;
    }

    /** @return null when it was given up before */
    @Nullable
    Forwarded<R> take(long from, long number) {
        Forwarded<R> forwarded = byNumber.get(number);
        if (forwarded == null || forwarded.leader != from) {
            return null;
        }
        byNumber.remove(number);
        bytes -= forwarded.bytes;
        return forwarded;
    }

    /** The connection to that member is gone: what it was asked is not known to have happened or not. */
    void lost(long leader, Unknown<R> reason) {
        end(Long.MAX_VALUE, leader, reason);
    }

    void expire(long now, Unknown<R> reason) {
        end(now, 0, reason);
    }

    long nextDeadline() {
        return byNumber.isEmpty()
                ? Long.MAX_VALUE
                : byNumber.values().iterator().next().deadline;
    }

    /** Ends those of a leader, or, when {@code leader} is 0, those of all whose deadline has come. */
    private void end(long now, long leader, Unknown<R> reason) {
        for (Iterator<Forwarded<R>> each = byNumber.values().iterator(); each.hasNext(); ) {
            Forwarded<R> forwarded = each.next();
            if (leader == 0 && forwarded.deadline > now) {
                return; // they are in the order of their deadlines
            }
            if (leader == 0 || forwarded.leader == leader) {
                each.remove();
                bytes -= forwarded.bytes;
                forwarded.listener.unknown(forwarded.token, reason);
            }
        }
    }
}
