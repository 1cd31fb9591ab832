package io.quorate.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a range from a view, in slices: a request that has passed {@link Validation}, its options in etcd's order. */
final class RangeRead implements Work {
    private final View view;
    private final RangeRequest range;
    private final long revision;
    private final long fetch;
    private final RangeWalk walk;
    private final @Nullable Comparator<KeyValue> order;

    /** What is to be returned so far, in its order. */
    private final Collection<KeyValue> kvs;

    /** Keys of the range that lived at an old revision. */
    private long count;

    private boolean compacted;

    RangeRead(View view, RangeRequest range) {
        this.view = view;
        this.range = range;
        revision = range.revision() <= 0 ? view.revision() : range.revision();
        fetch = fetchLimit(range);
        walk = new RangeWalk(range.key(), range.rangeEnd());
        order = order(range);
        // Sorted as it comes: a sort of very many pairs at the end could not be cut in slices.
        kvs = order == null ? new ArrayList<>() : new TreeSet<>(order);
    }

    /**
     * How many pairs to take from the tree: one more than the limit, to know whether there are more; all if they are filtered
     * or sorted first. An order of NONE takes the first by key even if the target is another: etcd sorts only those.
     */
    private static long fetchLimit(RangeRequest range) {
        if (range.countOnly()) {
            return 0;
        }
        boolean byKey = range.sortOrder() == RangeRequest.NONE
                || (range.sortOrder() == RangeRequest.ASCEND && range.sortTarget() == RangeRequest.KEY);
        boolean all = range.limit() <= 0 || range.limit() == Long.MAX_VALUE || !byKey || range.isFiltered();
        return all ? Long.MAX_VALUE : range.limit() + 1;
    }

    @Override
    public @Nullable Result go(Budget budget) {
        if (range.revision() > view.revision()) {
            return KvError.FUTURE_REVISION;
        }
        if (revision < view.compactedRevision()) {
            return KvError.COMPACTED;
        }
        if (!(revision == view.revision() ? newest(budget) : historic(budget))) {
            return null;
        }
        return compacted ? KvError.COMPACTED : respond();
    }

    private boolean newest(Budget budget) {
        return fetch == 0
                || walk.go(view.tree(), budget, newest -> {
                    if (!newest.isTombstone()) {
                        take(newest);
                    }
                    return kvs.size() < fetch;
                });
    }

    /** At an old revision nothing is counted ahead, so all keys of the range are looked at, as in etcd. */
    private boolean historic(Budget budget) {
        return walk.go(view.tree(), budget, newest -> {
            KeyValue version = View.at(newest, revision);
            compacted = version != null && version.isCut();
            if (version != null && !compacted) {
                count++;
                if (kvs.size() < fetch) {
                    take(version);
                }
            }
            return !compacted;
        });
    }

    private void take(KeyValue version) {
        boolean fits = isIn(version.modRevision(), range.minModRevision(), range.maxModRevision())
                && isIn(version.createRevision(), range.minCreateRevision(), range.maxCreateRevision());
        if (fits) {
            kvs.add(range.keysOnly() && order == null ? version.withoutValue() : version);
        }
    }

    private static boolean isIn(long value, long min, long max) {
        return (min == 0 || value >= min) && (max == 0 || value <= max);
    }

    private RangeResponse respond() {
        boolean more = range.limit() > 0 && kvs.size() > range.limit();
        List<KeyValue> returned = more || order != null ? firsts() : (List<KeyValue>) kvs;
        return new RangeResponse(view.revision(), Collections.unmodifiableList(returned), more, counted());
    }

    /** A copy, so that a short answer does not hold on to a long list. */
    private List<KeyValue> firsts() {
        long most = range.limit() > 0 ? range.limit() : Long.MAX_VALUE;
        List<KeyValue> first = new ArrayList<>((int) Math.min(most, kvs.size()));
        for (KeyValue kv : kvs) {
            if (first.size() == most) {
                break;
            }
            first.add(range.keysOnly() && order != null ? kv.withoutValue() : kv);
        }
        return first;
    }

    private long counted() {
        if (revision != view.revision()) {
            return count;
        }
        if (range.rangeEnd().length == 0) {
            return view.find(range.key()) == null ? 0 : 1;
        }
        return Tree.count(view.tree(), range.key(), Ranges.end(range.rangeEnd()));
    }

    /** Null where the order of keys is wanted. Equal ones keep the order of keys, in both directions. */
    private static @Nullable Comparator<KeyValue> order(RangeRequest range) {
        if (range.sortTarget() == RangeRequest.KEY && range.sortOrder() != RangeRequest.DESCEND) {
            return null;
        }
        Comparator<KeyValue> byKey = (one, other) -> Arrays.compareUnsigned(one.key(), other.key());
        Comparator<KeyValue> ascending =
                switch (range.sortTarget()) {
                    case RangeRequest.VERSION -> Comparator.comparingLong(KeyValue::version);
                    case RangeRequest.CREATE -> Comparator.comparingLong(KeyValue::createRevision);
                    case RangeRequest.MOD -> Comparator.comparingLong(KeyValue::modRevision);
                    case RangeRequest.VALUE -> (one, other) -> Arrays.compareUnsigned(one.value(), other.value());
                    default -> byKey;
                };
        return (range.sortOrder() == RangeRequest.DESCEND ? ascending.reversed() : ascending).thenComparing(byKey);
    }
}
