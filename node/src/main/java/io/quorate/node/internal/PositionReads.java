package io.quorate.node.internal;

import io.quorate.node.ReadListener;
import io.quorate.node.Refused;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Reads that wait until this member has applied an index, whoever leads; of one turn those for one index together. Loop only. */
final class PositionReads {
    private record Waiting(long index, long since, long deadline, PendingReads.Batch batch) {}

    private final Admission admission;
    private final List<Waiting> waiting = new ArrayList<>();

    PositionReads(Admission admission) {
        this.admission = admission;
    }

    void add(long index, ReadListener listener, long token, long now, long deadline) {
        Waiting last = waiting.isEmpty() ? null : waiting.get(waiting.size() - 1);
        if (last == null || last.index != index || last.since != now) {
            last = new Waiting(index, now, deadline, new PendingReads.Batch(now, deadline, admission));
            waiting.add(last);
        }
        last.batch.add(listener, token);
    }

    /** Serves those whose index is applied. */
    void serve(ApplyCursor<?> apply) {
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting next = each.next();
            if (next.index <= apply.applied()) {
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
