package io.quorate.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The checks that need no state, in etcd's order: made before proposing, so that nonsense never reaches the log, and again in
 * apply, because the log is not under the server's control. All give null for a request that is in order.
 */
public final class Validation {
    /** How many operations etcd allows a transaction unless told otherwise. */
    public static final int DEFAULT_MAX_TXN_OPS = 128;

    private Validation() {}

    public static @Nullable KvError check(RangeRequest range) {
        if (range.key().length == 0) {
            return KvError.EMPTY_KEY;
        }
        boolean known = isBetween(range.sortOrder(), RangeRequest.NONE, RangeRequest.DESCEND)
                && isBetween(range.sortTarget(), RangeRequest.KEY, RangeRequest.VALUE);
        return known ? null : KvError.INVALID_SORT_OPTION;
    }

    private static boolean isBetween(int value, int min, int max) {
        return value >= min && value <= max;
    }

    public static @Nullable KvError check(PutRequest put) {
        if (put.key().length == 0) {
            return KvError.EMPTY_KEY;
        }
        if (put.ignoreValue() && put.value().length != 0) {
            return KvError.VALUE_PROVIDED;
        }
        return put.ignoreLease() && put.lease() != 0 ? KvError.LEASE_PROVIDED : null;
    }

    public static @Nullable KvError check(DeleteRangeRequest delete) {
        return delete.key().length == 0 ? KvError.EMPTY_KEY : null;
    }

    /**
     * Checks a transaction and all in it, the branch that will not run included.
     *
     * @param maxOps most comparisons, and most operations of one branch; a nested transaction may use what is left of it
     */
    public static @Nullable KvError check(TxnRequest txn, int maxOps) {
        KvError error = checkForm(txn, maxOps, 1);
        if (error != null) {
            return error;
        }
        // Last, and once for all levels: a fault anywhere else in the tree is named first.
        boolean disjoint = isDisjoint(txn.success()) && isDisjoint(txn.failure());
        return disjoint ? null : KvError.DUPLICATE_KEY;
    }

    /**
     * The same as {@link #check(TxnRequest, int)} but for the number of operations: that limit is an option of a member, and
     * what is in the log must mean the same on all.
     */
    static @Nullable KvError checkInLog(TxnRequest txn) {
        return check(txn, Integer.MAX_VALUE);
    }

    private static @Nullable KvError checkForm(TxnRequest txn, int maxOps, int depth) {
        int ops = Math.max(
                txn.compare().size(),
                Math.max(txn.success().size(), txn.failure().size()));
        if (ops > maxOps || depth > Commands.MAX_TXN_DEPTH) {
            return KvError.TOO_MANY_OPS;
        }
        for (Compare compare : txn.compare()) {
            if (compare.key().length == 0) {
                return KvError.EMPTY_KEY;
            }
        }
        KvError error = checkOps(txn.success(), maxOps - ops, depth);
        return error != null ? error : checkOps(txn.failure(), maxOps - ops, depth);
    }

    private static @Nullable KvError checkOps(List<RequestOp> ops, int maxOps, int depth) {
        for (RequestOp op : ops) {
            KvError error = checkOp(op, maxOps, depth);
            if (error != null) {
                return error;
            }
        }
        return null;
    }

    private static @Nullable KvError checkOp(RequestOp op, int maxOps, int depth) {
        if (op instanceof PutRequest put) {
            return check(put);
        }
        if (op instanceof RangeRequest range) {
            return check(range);
        }
        if (op instanceof DeleteRangeRequest delete) {
            return check(delete);
        }
        if (op instanceof TxnRequest txn) {
            return checkForm(txn, maxOps, depth + 1);
        }
        return KvError.KEY_NOT_FOUND;
    }

    /** Whether no key is put twice, or put and deleted, by one branch, those of nested transactions included. */
    private static boolean isDisjoint(List<RequestOp> ops) {
        return writesNothingTwice(ops) || Touched.of(ops) != null;
    }

    /** The usual branch, one operation that is not nested, needs no sets. */
    private static boolean writesNothingTwice(List<RequestOp> ops) {
        return ops.isEmpty() || (ops.size() == 1 && !(ops.get(0) instanceof TxnRequest));
    }

    /** What a branch writes, nested transactions included. */
    private static final class Touched {
        private final TreeSet<byte[]> puts = new TreeSet<>(Arrays::compareUnsigned);

        /** Deleted ranges, start to exclusive end, merged: no two touch. */
        private final TreeMap<byte[], byte[]> deletes = new TreeMap<>(Arrays::compareUnsigned);

        /**
         * Collects a branch, or gives null for a duplicate. The order decides, as in etcd: all deletes of this level, then
         * each nested transaction against these and those of the nested ones before it, then the puts of this level.
         */
        static @Nullable Touched of(List<RequestOp> ops) {
            Touched touched = new Touched();
            for (RequestOp op : ops) {
                if (op instanceof DeleteRangeRequest delete) {
                    touched.addDelete(delete.key(), end(delete));
                }
            }
            for (RequestOp op : ops) {
                if (op instanceof TxnRequest txn && !touched.addNested(txn)) {
                    return null;
                }
            }
            for (RequestOp op : ops) {
                if (op instanceof PutRequest put && !touched.addPut(put.key())) {
                    return null;
                }
            }
            return touched;
        }

        /** A range that ends in a zero byte is taken literally, so it is empty: etcd's quirk, which clients may rely on. */
        private static byte[] end(DeleteRangeRequest delete) {
            byte[] key = delete.key();
            return delete.rangeEnd().length == 0 ? Arrays.copyOf(key, key.length + 1) : delete.rangeEnd();
        }

        private boolean addPut(byte[] key) {
            return !isDeleted(key) && puts.add(key);
        }

        private boolean isDeleted(byte[] key) {
            Map.Entry<byte[], byte[]> before = deletes.floorEntry(key);
            return before != null && Arrays.compareUnsigned(key, before.getValue()) < 0;
        }

        /** Only one of the two branches will run, so both may put the same key. */
        private boolean addNested(TxnRequest txn) {
            Touched success = of(txn.success());
            Touched failure = of(txn.failure());
            if (success == null || failure == null || !isNew(success) || !isNew(failure)) {
                return false;
            }
            puts.addAll(success.puts);
            puts.addAll(failure.puts);
            success.deletes.forEach(this::addDelete);
            failure.deletes.forEach(this::addDelete);
            return true;
        }

        private boolean isNew(Touched branch) {
            for (byte[] key : branch.puts) {
                if (puts.contains(key) || isDeleted(key)) {
                    return false;
                }
            }
            return true;
        }

        private void addDelete(byte[] start, byte[] end) {
            if (Arrays.compareUnsigned(start, end) >= 0) {
                return;
            }
            byte[] from = start;
            byte[] to = end;
            Map.Entry<byte[], byte[]> before = deletes.floorEntry(start);
            if (before != null && Arrays.compareUnsigned(before.getValue(), start) >= 0) {
                from = before.getKey();
                to = later(to, before.getValue());
            }
            Iterator<byte[]> ends =
                    deletes.subMap(from, true, to, true).values().iterator();
            List<byte[]> swallowed = new ArrayList<>();
            while (ends.hasNext()) {
                swallowed.add(ends.next());
                ends.remove();
            }
            for (byte[] other : swallowed) {
                to = later(to, other);
            }
            deletes.put(from, to);
        }

        private static byte[] later(byte[] one, byte[] other) {
            return Arrays.compareUnsigned(one, other) >= 0 ? one : other;
        }
    }
}
