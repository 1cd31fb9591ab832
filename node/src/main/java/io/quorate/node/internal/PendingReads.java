package io.quorate.node.internal;

import io.quorate.node.ReadListener;
import io.quorate.node.Refused;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Linearizable reads that wait for the core. All reads of one turn share one token, and so one round of messages; a batch is
 * in this table from the moment the core is asked until it is answered or its time is over. Loop only.
 */
final class PendingReads {
    /** Reads that are served or refused together, by the thread that applies or by the loop. */
    static final class Batch {
        private ReadListener[] listeners = new ReadListener[8];
        private long[] tokens = new long[8];
        private int size;
        private final long askedAt;
        private final long deadline;
        private final Admission admission;

        /** @param askedAt a time that is not behind the question to the core */
        Batch(long askedAt, long deadline, Admission admission) {
            this.askedAt = askedAt;
            this.deadline = deadline;
            this.admission = admission;
        }

        long askedAt() {
            return askedAt;
        }

        void serve(long appliedIndex) {
            for (int k = 0; k < size; k++) {
                listeners[k].readable(tokens[k], appliedIndex);
            }
            admission.readsEnded(size);
        }

        void refuse(Refused<Void> refused) {
            for (int k = 0; k < size; k++) {
                listeners[k].refused(tokens[k], refused);
            }
            admission.readsEnded(size);
        }

        void add(ReadListener listener, long token) {
            if (size == tokens.length) {
                listeners = Arrays.copyOf(listeners, size * 2);
                tokens = Arrays.copyOf(tokens, size * 2);
            }
            listeners[size] = listener;
            tokens[size++] = token;
        }
    }

    private final Map<Long, Batch> asked = new LinkedHashMap<>();
    private @Nullable Batch gathering;
    private long lastToken;
    private final Admission admission;

    PendingReads(Admission admission) {
        this.admission = admission;
    }

    void add(ReadListener listener, long token, long now, long deadline) {
        gather(now, deadline).add(listener, token);
    }

    /** Has the core asked in this turn, though nobody may wait for it but {@link FreshReads}. */
    Batch gather(long now, long deadline) {
        Batch batch = gathering;
        if (batch == null) {
            batch = new Batch(now, deadline, admission);
            gathering = batch;
        }
        return batch;
    }

    /** Whether the core has no question of this table, and gets none at the end of the turn. */
    boolean isIdle() {
        return gathering == null && asked.isEmpty();
    }

    /** The token to ask the core with for the reads gathered in this turn; 0 when there are none. */
    long ask() {
        if (gathering == null) {
            return 0;
        }
        asked.put(++lastToken, gathering);
        gathering = null;
        return lastToken;
    }

    /** @return null when its time was over before */
    @Nullable
    Batch take(long token) {
        return asked.remove(token);
    }

    /** The next batch whose time is over, or null. */
    @Nullable
    Batch takeExpired(long now) {
        Iterator<Batch> oldest = asked.values().iterator();
        if (!oldest.hasNext()) {
            return null;
        }
        Batch batch = oldest.next();
        if (batch.deadline > now) {
            return null;
        }
        oldest.remove();
        return batch;
    }

    long nextDeadline() {
        return asked.isEmpty() ? Long.MAX_VALUE : asked.values().iterator().next().deadline;
    }
}
