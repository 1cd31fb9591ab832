package io.quorate.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The branch of a transaction that its comparisons chose, all of them, nested ones too, evaluated on the state before it.
 *
 * @param ops the branch's operations
 * @param nested the branches chosen in its nested transactions, in their order
 */
record ChosenBranch(boolean succeeded, List<RequestOp> ops, List<ChosenBranch> nested) {

    static ChosenBranch of(View before, TxnRequest txn) {
        boolean succeeded = true;
        for (Compare compare : txn.compare()) {
            succeeded = succeeded && holds(before, compare);
        }
        List<RequestOp> ops = succeeded ? txn.success() : txn.failure();
        List<ChosenBranch> nested = List.of();
        for (RequestOp op : ops) {
            if (op instanceof TxnRequest inner) {
                nested = nested.isEmpty() ? new ArrayList<>() : nested;
                nested.add(of(before, inner));
            }
        }
        return new ChosenBranch(succeeded, ops, nested);
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

    private static boolean holds(View before, Compare compare) {
        if (compare.rangeEnd().length == 0) {
            KeyValue found = before.find(compare.key());
            return found == null ? holdsWithoutKey(compare) : holds(compare, found);
        }
        AllHold all = new AllHold(compare);
        Ranges.visit(before.tree(), compare.key(), compare.rangeEnd(), all);
        return all.any ? all.hold : holdsWithoutKey(compare);
    }

    /** No value is not the empty value: nothing holds of it, not even that it differs. */
    private static boolean holdsWithoutKey(Compare compare) {
        return compare.target() != Compare.VALUE && holds(compare, KeyValue.MISSING);
    }

    private static final class AllHold implements Tree.Visitor {
        private final Compare compare;
        private boolean any;
        private boolean hold = true;

        AllHold(Compare compare) {
            this.compare = compare;
        }

        @Override
        public boolean visit(KeyValue newest) {
            if (!newest.isTombstone()) {
                any = true;
                hold = holds(compare, newest);
            }
            return hold;
        }
    }

    private static boolean holds(Compare compare, KeyValue found) {
        int difference = difference(compare, found);
        return switch (compare.result()) {
            case Compare.EQUAL -> difference == 0;
            case Compare.NOT_EQUAL -> difference != 0;
            case Compare.GREATER -> difference > 0;
            case Compare.LESS -> difference < 0;
            default -> true;
        };
    }

    /** What was found against the operand; an unknown target equals everything. */
    private static int difference(Compare compare, KeyValue found) {
        boolean given = compare.operandTarget() == compare.target();
        if (compare.target() == Compare.VALUE) {
            return Arrays.compareUnsigned(found.value(), given ? compare.value() : Bytes.EMPTY);
        }
        long operand = given ? compare.number() : 0;
        return switch (compare.target()) {
            case Compare.VERSION -> Long.compare(found.version(), operand);
            case Compare.CREATE -> Long.compare(found.createRevision(), operand);
            case Compare.MOD -> Long.compare(found.modRevision(), operand);
            case Compare.LEASE -> Long.compare(found.lease(), operand);
            default -> 0;
        };
    }
}
