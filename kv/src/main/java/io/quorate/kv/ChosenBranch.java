package io.quorate.kv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The branch of a transaction that its comparisons chose, all of them, nested ones too, evaluated on the state before it.
 *
 * @param ops the branch's operations
 * @param nested the branches chosen in its nested transactions, in their order
 */
record ChosenBranch(boolean succeeded, List<RequestOp> ops, List<ChosenBranch> nested) {

    /** Chooses without a pause. */
    static ChosenBranch of(View before, TxnRequest txn) {
        ChosenBranch branch = new Choice(before, txn).go(Budget.unlimited());
        if (branch == null) {
            throw new IllegalStateException("a choice without a bound has paused");
        }
        return branch;
    }

    /**
     * Whether each operation can run, in order. Only what will run is looked at, and before anything has run, so the state that
     * counts is the one before. The ranges too are checked on every member: whoever leaves one out for want of an
     * asker has to come to the same result.
     */
    @Nullable
    KvError check(View before) {
        int inner = 0;
        for (RequestOp op : ops) {
            KvError error = null;
            if (op instanceof RangeRequest range) {
                error = check(before, range);
            } else if (op instanceof PutRequest put) {
                error = check(before, put);
            } else if (op instanceof TxnRequest) {
                error = nested.get(inner++).check(before);
            }
            if (error != null) {
                return error;
            }
        }
        return null;
    }

    /** Unlike alone, a range in a transaction is refused for a negative revision once anything was compacted: as in etcd. */
    private static @Nullable KvError check(View before, RangeRequest range) {
        if (range.revision() == 0) {
            return null;
        }
        if (range.revision() > before.revision()) {
            return KvError.FUTURE_REVISION;
        }
        return range.revision() < before.compactedRevision() ? KvError.COMPACTED : null;
    }

    private static @Nullable KvError check(View before, PutRequest put) {
        if ((put.ignoreValue() || put.ignoreLease()) && before.find(put.key()) == null) {
            return KvError.KEY_NOT_FOUND;
        }
        return put.lease() == 0 ? null : KvError.LEASE_NOT_FOUND;
    }
}
