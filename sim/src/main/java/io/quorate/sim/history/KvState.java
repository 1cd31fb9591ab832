package io.quorate.sim.history;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The store at one revision, with all that it was before, which serializable reads may still see. Immutable. */
public final class KvState {
    /** The revision of a store in which nothing was ever changed; the first change makes the next one. */
    public static final long EMPTY_REVISION = 1;

    /** The store in which nothing was ever changed. */
    public static final KvState EMPTY = new KvState(EMPTY_REVISION, new TreeMap<>(), null);

    private final long revision;
    private final NavigableMap<String, KvPair> pairs;
    private final @Nullable KvState previous;
    private final int hash;

    private KvState(long revision, NavigableMap<String, KvPair> pairs, @Nullable KvState previous) {
        this.revision = revision;
        this.pairs = pairs;
        this.previous = previous;
        this.hash = 31 * pairs.hashCode() + (previous == null ? 0 : previous.hash);
    }

    public long revision() {
        return revision;
    }

    /** By key; nobody changes it. */
    NavigableMap<String, KvPair> pairs() {
        return pairs;
    }

    /** The store after one more change. */
    KvState after(List<KvChange> changes) {
        TreeMap<String, KvPair> copy = new TreeMap<>(pairs);
        KvEvaluation.apply(changes, copy);
        return new KvState(revision + 1, copy, this);
    }

    /** The store at this or an earlier revision; null if it was never at that one. */
    @Nullable
    KvState at(long wanted) {
        KvState state = wanted > revision ? null : this;
        while (state != null && state.revision != wanted) {
            state = state.previous;
        }
        return state;
    }

    /** Whether now and at every revision before the same was in the store. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof KvState that) || hash != that.hash || revision != that.revision) {
            return false;
        }
        KvState one = this;
        KvState two = that;
        while (one != two) {
            if (one == null || two == null || !one.pairs.equals(two.pairs)) {
                return false;
            }
            one = one.previous;
            two = two.previous;
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return "revision " + revision + " " + pairs.values();
    }
}
