package io.quorate.node.internal;

import io.quorate.node.Applied;
import io.quorate.node.Outcome;
import io.quorate.node.ProposalListener;
import io.quorate.node.Refused;
import io.quorate.node.Unknown;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proposals that have a position in the log and wait until this member applies it. The term tells whether what was committed
 * there is the proposal: only then is it applied, else it is refused for good. A truncation decides nothing: the entry may
 * still be committed by a member that holds it (paper figure 8).
 *
 * <p>A ring of primitives by rising index. When a later leader gives an index out again, those at or behind it are set aside.
 * Loop only.
 */
final class PendingProposals<R> {
    private record Aside<R>(long index, long term, long token, long deadline, ProposalListener<R> listener) {}

    private long[] indexes = new long[256];
    private long[] terms = new long[256];
    private long[] tokens = new long[256];
    private long[] deadlines = new long[256];

    private @Nullable Object[] listeners = new Object[256];
    private long head;
    private long tail;
    private final List<Aside<R>> aside = new ArrayList<>();

    int size() {
        return (int) (tail - head) + aside.size();
    }

    void add(long index, long term, long token, long deadline, ProposalListener<R> listener) {
        while (tail > head && indexes[slot(tail - 1)] >= index) {
            setLastAside();
        }
        if (tail - head == indexes.length) {
            grow();
        }
        int slot = slot(tail++);
        indexes[slot] = index;
        terms[slot] = term;
        tokens[slot] = token;
        deadlines[slot] = deadline;
        listeners[slot] = listener;
    }

    /** Whether anybody waits for this index. */
    boolean waitsFor(long index) {
        return (tail > head && indexes[slot(head)] <= index) || !aside.isEmpty();
    }

    /** The entry of that index and term was applied here. */
    void applied(long index, long term, R result, Refused<R> overwritten) {
        decide(index, term, result, null, overwritten);
    }

    /** The entry of that index and term was not applied here: its key tells how it ended. */
    @SuppressWarnings("NullAway") // no result is told
    void ended(long index, long term, Outcome<R> end, Refused<R> overwritten) {
        decide(index, term, null, end, overwritten);
    }

    private void decide(long index, long term, R result, @Nullable Outcome<R> end, Refused<R> overwritten) {
        while (tail > head && indexes[slot(head)] <= index) {
            int slot = slot(head);
            long heldIndex = indexes[slot];
            long heldTerm = terms[slot];
            long token = tokens[slot];
            ProposalListener<R> listener = takeFirst();
            if (heldIndex == index && heldTerm == term) {
                tell(listener, token, index, term, result, end);
            } else {
                listener.refused(token, overwritten);
            }
        }
        if (!aside.isEmpty()) {
            decideAside(index, term, result, end, overwritten);
        }
    }

    private static <R> void tell(
            ProposalListener<R> listener, long token, long index, long term, R result, @Nullable Outcome<R> end) {
        if (end == null) {
            listener.applied(token, result, index, term);
        } else if (end instanceof Applied<R> before) {
            listener.applied(token, before.result(), before.index(), before.term());
        } else if (end instanceof Refused<R> refused) {
            listener.refused(token, refused);
        } else {
            listener.unknown(token, (Unknown<R>) end);
        }
    }

    /** An entry that is no command was committed at that index. */
    void passed(long index, Refused<R> overwritten) {
        while (tail > head && indexes[slot(head)] <= index) {
            long token = tokens[slot(head)];
            takeFirst().refused(token, overwritten);
        }
        for (Iterator<Aside<R>> each = aside.iterator(); each.hasNext(); ) {
            Aside<R> held = each.next();
            if (held.index <= index) {
                each.remove();
                held.listener.refused(held.token, overwritten);
            }
        }
    }

    /** Everything up to that index came with a snapshot: what stood there is not told. */
    void restored(long index, Unknown<R> reason) {
        while (tail > head && indexes[slot(head)] <= index) {
            long token = tokens[slot(head)];
            takeFirst().unknown(token, reason);
        }
        for (Iterator<Aside<R>> each = aside.iterator(); each.hasNext(); ) {
            Aside<R> held = each.next();
            if (held.index <= index) {
                each.remove();
                held.listener.unknown(held.token, reason);
            }
        }
    }

    /** Ends those whose time is over. */
    void expire(long now, Unknown<R> reason) {
        while (tail > head && deadlines[slot(head)] <= now) {
            long token = tokens[slot(head)];
            takeFirst().unknown(token, reason);
        }
        for (Iterator<Aside<R>> each = aside.iterator(); each.hasNext(); ) {
            Aside<R> held = each.next();
            if (held.deadline <= now) {
                each.remove();
                held.listener.unknown(held.token, reason);
            }
        }
    }

    /** When {@link #expire} has something to do next; {@link Long#MAX_VALUE} for never. */
    long nextDeadline() {
        long next = tail > head ? deadlines[slot(head)] : Long.MAX_VALUE;
        for (Aside<R> held : aside) {
            next = Math.min(next, held.deadline);
        }
        return next;
    }

    private void decideAside(long index, long term, R result, @Nullable Outcome<R> end, Refused<R> overwritten) {
        for (Iterator<Aside<R>> each = aside.iterator(); each.hasNext(); ) {
            Aside<R> held = each.next();
            if (held.index > index) {
                continue;
            }
            each.remove();
            if (held.index == index && held.term == term) {
                tell(held.listener, held.token, index, term, result, end);
            } else {
                held.listener.refused(held.token, overwritten);
            }
        }
    }

    private void setLastAside() {
        int slot = slot(--tail);
        aside.add(new Aside<>(indexes[slot], terms[slot], tokens[slot], deadlines[slot], listener(slot)));
        listeners[slot] = null;
    }

    private ProposalListener<R> takeFirst() {
        int slot = slot(head++);
        ProposalListener<R> listener = listener(slot);
        listeners[slot] = null;
        return listener;
    }

    @SuppressWarnings("unchecked")
    private ProposalListener<R> listener(int slot) {
        return (ProposalListener<R>) java.util.Objects.requireNonNull(listeners[slot]);
    }

    private void grow() {
        int capacity = indexes.length;
        long[] moreIndexes = new long[capacity * 2];
        long[] moreTerms = new long[capacity * 2];
        long[] moreTokens = new long[capacity * 2];
        long[] moreDeadlines = new long[capacity * 2];
        @Nullable Object[] moreListeners = new Object[capacity * 2];
        for (long at = head; at < tail; at++) {
            int from = slot(at);
            int to = (int) at & capacity * 2 - 1;
            moreIndexes[to] = indexes[from];
            moreTerms[to] = terms[from];
            moreTokens[to] = tokens[from];
            moreDeadlines[to] = deadlines[from];
            moreListeners[to] = listeners[from];
        }
        indexes = moreIndexes;
        terms = moreTerms;
        tokens = moreTokens;
        deadlines = moreDeadlines;
        listeners = moreListeners;
    }

    private int slot(long at) {
        return (int) at & indexes.length - 1;
    }
}
