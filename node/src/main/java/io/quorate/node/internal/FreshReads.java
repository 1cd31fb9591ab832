package io.quorate.node.internal;

import io.quorate.node.ReadListener;
import io.quorate.node.Refused;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Reads of bounded staleness, and what proves how stale this member is: a question to the leader that was answered, and whose
 * index is applied here. All that was acknowledged anywhere before it was asked is in the state from then on. It is counted from
 * the asking, which lies before the answer was sent, so neither the way of the answer nor another clock comes into it.
 *
 * <pre>
 *   asked                 answered, applied                read of bound b
 *     |--- question ---- a majority ---- answer ---|          |
 *     '-------------------- proven to be at least so new -----' served when not longer than b
 * </pre>
 *
 * <p>A read that finds no fresh enough proof waits for the next one, as long as its bound, since an answer to what is asked now
 * would do. Loop only.
 */
final class FreshReads {
    private static final long NEVER = Long.MIN_VALUE;

    /** @param from the question of its proof was asked no earlier */
    private record Waiting(long from, long deadline, PendingReads.Batch batch) {}

    private final Admission admission;
    private final List<Waiting> waiting = new ArrayList<>();
    private long provenAt = NEVER;

    FreshReads(Admission admission) {
        this.admission = admission;
    }

    /** Whether the state lacks nothing that was acknowledged before that time. */
    boolean isProven(long from) {
        return provenAt >= from;
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    void add(ReadListener listener, long token, long from, long now, long deadline) {
        PendingReads.Batch one = new PendingReads.Batch(now, deadline, admission);
        one.add(listener, token);
        waiting.add(new Waiting(from, deadline, one));
    }

    /** A question asked at that time was answered with an index that is applied. */
    void proven(long askedAt, ApplyCursor<?> apply) {
        provenAt = Math.max(provenAt, askedAt);
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting next = each.next();
            if (isProven(next.from)) {
                each.remove();
                apply.read(next.batch);
            }
        }
    }

    void expire(long now, Refused<Void> refused) {
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting next = each.next();
            if (next.deadline <= now) {
                each.remove();
                next.batch.refuse(refused);
            }
        }
    }

    long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (Waiting each : waiting) {
            next = Math.min(next, each.deadline);
        }
        return next;
    }
}
