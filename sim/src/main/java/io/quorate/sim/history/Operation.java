package io.quorate.sim.history;

import org.jspecify.annotations.Nullable;

/**
 * One request of one client and what became of it. Times are for the reader; what happened before what is told by the
 * positions, since many events share one instant of virtual time.
 *
 * @param id its place among the history's operations, in the order of their calls, from 0
 * @param client who called it
 * @param output present exactly if the outcome is {@link Outcome#RETURNED}
 * @param calledAt virtual nanoseconds
 * @param endedAt virtual nanoseconds; {@link #NEVER} if the client still waited when the history ended
 * @param callPosition of the call among all calls and ends of the history
 * @param endPosition of the end among them; {@link #OPEN} unless it returned or was refused, since without an answer it
 *     may take effect at any later time
 */
public record Operation<I, O>(
        int id,
        long client,
        I input,
        Outcome outcome,
        @Nullable O output,
        long calledAt,
        long endedAt,
        int callPosition,
        int endPosition) {
    /** The end of an operation that has none. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The position of an end that nobody saw: after all others. */
    public static final int OPEN = Integer.MAX_VALUE;

    public Operation {
        if ((output != null) != (outcome == Outcome.RETURNED)) {
            throw new IllegalArgumentException("an output belongs to what returned: " + outcome + ", " + output);
        }
        if ((endPosition == OPEN) != (outcome == Outcome.UNKNOWN)
                || endPosition <= callPosition
                || endedAt < calledAt) {
            throw new IllegalArgumentException("the call comes first, and only what is unknown stays open");
        }
    }

    /** Whether this had ended when the other was called, so that every order must keep it first. */
    public boolean precedes(Operation<I, O> other) {
        return endPosition < other.callPosition;
    }

    public boolean hasReturned() {
        return outcome == Outcome.RETURNED;
    }

    @Override
    public String toString() {
        String end = endedAt == NEVER ? "…" : Long.toString(endedAt);
        String result = output == null ? outcome.name() : output.toString();
        return "#" + id + " client " + client + " [" + calledAt + ".." + end + " ns] " + input + " -> " + result;
    }
}
