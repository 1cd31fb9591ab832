package io.quorate.kv;

import java.util.List;

/**
 * If all comparisons hold, the operations of {@code success}, else those of {@code failure}: as one revision.
 *
 * @param compare see {@link Compare}; none always holds
 */
public record TxnRequest(List<Compare> compare, List<RequestOp> success, List<RequestOp> failure)
        implements RequestOp, Command {
    public TxnRequest {
        compare = List.copyOf(compare);
        success = List.copyOf(success);
        failure = List.copyOf(failure);
    }

    /** Whether both branches hold only ranges, so that it needs no place in the log: see {@link View#txn}. */
    public boolean isReadOnly() {
        return areRanges(success) && areRanges(failure);
    }

    /**
     * Whether the answer may be stale: it reads, and every range says so. Unlike etcd, a transaction that only compares is
     * not among them.
     */
    public boolean isSerializable() {
        return success.size() + failure.size() > 0 && areSerializable(success) && areSerializable(failure);
    }

    private static boolean areRanges(List<RequestOp> ops) {
        for (RequestOp op : ops) {
            if (!(op instanceof RangeRequest)) {
                return false;
            }
        }
        return true;
    }

    private static boolean areSerializable(List<RequestOp> ops) {
        for (RequestOp op : ops) {
            if (!(op instanceof RangeRequest range) || !range.serializable()) {
                return false;
            }
        }
        return true;
    }
}
