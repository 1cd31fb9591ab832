package io.quorate.sim.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down a history while it happens. Each call gives an operation's id, with which its end is reported; what never
 * ends is unknown. The order of the reports is the order of the events, also of those at one instant. For one thread.
 *
 * <p>A client may call while an earlier call of its own is open. Who has given up on an answer reports
 * {@link #unknown}, and must then not report the answer, should it come after all.
 */
public final class HistoryRecorder<I, O> {
    private final List<Entry<I, O>> entries = new ArrayList<>();
    private int positions;
    private int open;
    private long latest = Long.MIN_VALUE;

    private static final class Entry<I, O> {
        private final long client;
        private final I input;
        private final long calledAt;
        private final int callPosition;
        private Outcome outcome = Outcome.UNKNOWN;
        private @Nullable O output;
        private long endedAt = Operation.NEVER;
        private int endPosition = Operation.OPEN;

        Entry(long client, I input, long calledAt, int callPosition) {
            this.client = client;
            this.input = input;
            this.calledAt = calledAt;
            this.callPosition = callPosition;
        }
    }

    /** Nothing has happened yet. */
    public HistoryRecorder() {}

    /**
     * A client sends a request.
     *
     * @param now virtual nanoseconds, never earlier than in the report before
     * @return the operation's id
     */
    public int call(long client, I input, long now) {
        advance(now);
        entries.add(new Entry<>(client, input, now, positions++));
        open++;
        return entries.size() - 1;
    }

    /** The answer has come. */
    public void returned(int id, O output, long now) {
        Entry<I, O> entry = end(id, Outcome.RETURNED, now);
        entry.output = output;
        entry.endPosition = positions++;
    }

    /** A definite error has come: the operation never took effect. */
    public void refused(int id, long now) {
        end(id, Outcome.REFUSED, now).endPosition = positions++;
    }

    /** The client has given up, or was told an error that leaves open what happened. */
    public void unknown(int id, long now) {
        end(id, Outcome.UNKNOWN, now);
    }

    private Entry<I, O> end(int id, Outcome outcome, long now) {
        advance(now);
        Entry<I, O> entry = entries.get(id);
        if (entry.endedAt != Operation.NEVER) {
            throw new IllegalStateException("operation " + id + " has ended already, at " + entry.endedAt);
        }
        entry.outcome = outcome;
        entry.endedAt = now;
        open--;
        return entry;
    }

    private void advance(long now) {
        if (now < latest || now == Operation.NEVER) {
            throw new IllegalArgumentException("time never falls: " + now + " after " + latest);
        }
        latest = now;
    }

    /** The number of operations called so far. */
    public int size() {
        return entries.size();
    }

    /** The number of operations whose end is still to come. */
    public int open() {
        return open;
    }

    /** What has happened so far. What is open now is unknown in it; recording may go on. */
    public History<I, O> history() {
        List<Operation<I, O>> operations = new ArrayList<>(entries.size());
        for (Entry<I, O> entry : entries) {
            operations.add(new Operation<>(
                    operations.size(),
                    entry.client,
                    entry.input,
                    entry.outcome,
                    entry.output,
                    entry.calledAt,
                    entry.endedAt,
                    entry.callPosition,
                    entry.endPosition));
        }
        return new History<>(operations);
    }
}
