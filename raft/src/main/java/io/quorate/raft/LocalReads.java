package io.quorate.raft;

import java.util.ArrayList;
import java.util.List;

/**
 * The reads of this member's own clients (thesis 6.4). They belong to no role: a read waits through elections, and a leader
 * that steps down asks the next one.
 *
 * <p>A read is first unasked; then asked under a number, on a leader that of a read round, elsewhere that of a
 * {@link Message.ReadIndexRequest}; then confirmed at an index, and it stays so whoever leads; then answered when that index
 * is applied. Reads keep the order in which they came, so numbers never fall along the list.
 */
final class LocalReads {
    private static final long UNASKED = 0;

    private record Asked(long token, long number) {}

    private record Confirmed(long token, long index) {}

    private final ArrayList<Asked> waiting;
    private final ArrayList<Confirmed> confirmed;

    LocalReads() {
        waiting = new ArrayList<>();
        confirmed = new ArrayList<>();
    }

    LocalReads(LocalReads other) {
        waiting = new ArrayList<>(other.waiting);
        confirmed = new ArrayList<>(other.confirmed);
    }

    int size() {
        return waiting.size() + confirmed.size();
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    boolean hasUnasked() {
        return !waiting.isEmpty() && waiting.get(waiting.size() - 1).number() == UNASKED;
    }

    void add(long token) {
        waiting.add(new Asked(token, UNASKED));
    }

    /** All that were not asked yet are asked now, under this number. */
    void ask(long number) {
        for (int i = waiting.size() - 1; i >= 0 && waiting.get(i).number() == UNASKED; i--) {
            waiting.set(i, new Asked(waiting.get(i).token(), number));
        }
    }

    /** Whoever was asked does not lead any more: numbers given to it mean nothing to the next. */
    void forgetAsked() {
        waiting.replaceAll(read -> new Asked(read.token(), UNASKED));
    }

    /** The question of this number was put after all reads asked under it or an earlier one had come: they are fresh. */
    void confirm(long number, long index) {
        int count = 0;
        while (count < waiting.size()
                && waiting.get(count).number() != UNASKED
                && waiting.get(count).number() <= number) {
            confirmed.add(new Confirmed(waiting.get(count++).token(), index));
        }
        waiting.subList(0, count).clear();
    }

    /** Answers what may be served. */
    void answer(long lastApplied, EffectsBuffer effects) {
        if (confirmed.isEmpty()) {
            return;
        }
        List<Confirmed> later = new ArrayList<>();
        for (Confirmed read : confirmed) {
            if (read.index() <= lastApplied) {
                effects.read(new Effects.ReadAnswer(read.token(), read.index(), null));
            } else {
                later.add(read);
            }
        }
        confirmed.clear();
        confirmed.addAll(later);
    }

    void writeTo(CanonicalForm out) {
        out.number(waiting.size());
        waiting.forEach(read -> out.number(read.token()).number(read.number()));
        out.number(confirmed.size());
        confirmed.forEach(read -> out.number(read.token()).number(read.index()));
    }
}
