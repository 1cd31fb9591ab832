package io.quorate.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads ranges from a view: a request that has passed {@link Validation}, its options in etcd's order. */
final class Ranges {
    private Ranges() {}

    /** The exclusive end of a range in the tree; null for none. Not for a range of one key. */
    static byte @Nullable [] end(byte[] rangeEnd) {
        return Bytes.isOpenEnd(rangeEnd) ? null : rangeEnd;
    }

    /** Shows the newest versions, tombstones included, of one key or of a range. */
    static void visit(Tree tree, byte[] key, byte[] rangeEnd, Tree.Visitor visitor) {
        if (rangeEnd.length == 0) {
            KeyValue newest = tree.find(key);
            if (newest != null) {
                visitor.visit(newest);
            }
        } else if (Bytes.isOpenEnd(rangeEnd) || Arrays.compareUnsigned(key, rangeEnd) < 0) {
            tree.visit(key, end(rangeEnd), visitor);
        }
    }

    static Result read(View view, RangeRequest range) {
        if (range.revision() > view.revision()) {
            return KvError.FUTURE_REVISION;
        }
        long revision = range.revision() <= 0 ? view.revision() : range.revision();
        if (revision < view.compactedRevision()) {
            return KvError.COMPACTED;
        }
        long fetch = fetchLimit(range);
        Collected collected =
                revision == view.revision() ? newest(view, range, fetch) : historic(view, range, revision, fetch);
        return collected == null ? KvError.COMPACTED : respond(view, range, collected);
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

    private static Collected newest(View view, RangeRequest range, long fetch) {
        byte[] key = range.key();
        byte[] rangeEnd = range.rangeEnd();
        if (rangeEnd.length == 0) {
            KeyValue found = view.find(key);
            return new Collected(found == null || fetch == 0 ? List.of() : List.of(found), found == null ? 0 : 1);
        }
        List<KeyValue> kvs = new ArrayList<>();
        if (fetch > 0) {
            visit(view.tree(), key, rangeEnd, newest -> {
                if (!newest.isTombstone()) {
                    kvs.add(newest);
                }
                return kvs.size() < fetch;
            });
        }
        return new Collected(kvs, Tree.count(view.tree(), key, end(rangeEnd)));
    }

    /** At an old revision nothing is counted ahead, so all keys of the range are looked at, as in etcd. Null if compacted. */
    private static @Nullable Collected historic(View view, RangeRequest range, long revision, long fetch) {
        Historic reader = new Historic(revision, fetch);
        visit(view.tree(), range.key(), range.rangeEnd(), reader);
        return reader.compacted ? null : new Collected(reader.kvs, reader.count);
    }

    private static final class Historic implements Tree.Visitor {
        private final long revision;
        private final long fetch;
        private final List<KeyValue> kvs = new ArrayList<>();
        private long count;
        private boolean compacted;

        Historic(long revision, long fetch) {
            this.revision = revision;
            this.fetch = fetch;
        }

        @Override
        public boolean visit(KeyValue newest) {
            KeyValue version = View.at(newest, revision);
            if (version == null) {
                return true;
            }
            if (version.isCut()) {
                compacted = true;
                return false;
            }
            count++;
            if (kvs.size() < fetch) {
                kvs.add(version);
            }
            return true;
        }
    }

    private static RangeResponse respond(View view, RangeRequest range, Collected collected) {
        List<KeyValue> kvs = range.isFiltered() ? filtered(range, collected.kvs) : collected.kvs;
        Comparator<KeyValue> order = order(range);
        if (order != null && kvs.size() > 1) {
            kvs.sort(order);
        }
        boolean more = range.limit() > 0 && kvs.size() > range.limit();
        if (more) {
            // A copy, so that a short answer does not hold on to a long list.
            kvs = new ArrayList<>(kvs.subList(0, (int) range.limit()));
        }
        if (range.keysOnly()) {
            kvs = withoutValues(kvs);
        }
        return new RangeResponse(view.revision(), Collections.unmodifiableList(kvs), more, collected.count);
    }

    private static List<KeyValue> filtered(RangeRequest range, List<KeyValue> kvs) {
        List<KeyValue> kept = new ArrayList<>();
        for (KeyValue kv : kvs) {
            if (isIn(kv.modRevision(), range.minModRevision(), range.maxModRevision())
                    && isIn(kv.createRevision(), range.minCreateRevision(), range.maxCreateRevision())) {
                kept.add(kv);
            }
        }
        return kept;
    }

    private static boolean isIn(long value, long min, long max) {
        return (min == 0 || value >= min) && (max == 0 || value <= max);
    }

    /** Null where the order of keys is wanted. Equal ones keep the order of keys, in both directions. */
    private static @Nullable Comparator<KeyValue> order(RangeRequest range) {
        if (range.sortTarget() == RangeRequest.KEY && range.sortOrder() != RangeRequest.DESCEND) {
            return null;
        }
        Comparator<KeyValue> ascending =
                switch (range.sortTarget()) {
                    case RangeRequest.VERSION -> Comparator.comparingLong(KeyValue::version);
                    case RangeRequest.CREATE -> Comparator.comparingLong(KeyValue::createRevision);
                    case RangeRequest.MOD -> Comparator.comparingLong(KeyValue::modRevision);
                    case RangeRequest.VALUE -> (one, other) -> Arrays.compareUnsigned(one.value(), other.value());
                    default -> (one, other) -> Arrays.compareUnsigned(one.key(), other.key());
                };
        return range.sortOrder() == RangeRequest.DESCEND ? ascending.reversed() : ascending;
    }

    private static List<KeyValue> withoutValues(List<KeyValue> kvs) {
        List<KeyValue> bare = new ArrayList<>(kvs.size());
        for (KeyValue kv : kvs) {
            bare.add(kv.withoutValue());
        }
        return bare;
    }

    /** What came from the tree, in the order of keys, and the number of keys in the range. */
    private record Collected(List<KeyValue> kvs, long count) {}
}
