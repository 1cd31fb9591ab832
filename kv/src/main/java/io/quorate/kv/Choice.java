package io.quorate.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evaluates the comparisons of a transaction on the state before it, then those of the transactions in its branch, in slices. */
final class Choice {
    private final View before;
    private final TxnRequest txn;
    private boolean succeeded = true;
    private int nextCompare;
    private @Nullable Comparison comparing;
    private int nextOp;
    private @Nullable Choice inner;
    private List<ChosenBranch> nested = List.of();

    Choice(View before, TxnRequest txn) {
        this.before = before;
        this.txn = txn;
    }

    /** @return null while there is more to do */
    @Nullable
    ChosenBranch go(Budget budget) {
        while (succeeded && nextCompare < txn.compare().size()) {
            if (!compare(budget)) {
                return null;
            }
        }
        List<RequestOp> ops = succeeded ? txn.success() : txn.failure();
        while (nextOp < ops.size()) {
            if (ops.get(nextOp) instanceof TxnRequest innerTxn && !choose(innerTxn, budget)) {
                return null;
            }
            nextOp++;
        }
        return new ChosenBranch(succeeded, ops, nested);
    }

    private boolean compare(Budget budget) {
        if (comparing == null) {
            comparing = new Comparison(txn.compare().get(nextCompare));
        }
        if (!comparing.go(before.tree(), budget)) {
            return false;
        }
        succeeded = comparing.holds();
        comparing = null;
        nextCompare++;
        return true;
    }

    private boolean choose(TxnRequest innerTxn, Budget budget) {
        if (inner == null) {
            inner = new Choice(before, innerTxn);
        }
        ChosenBranch branch = inner.go(budget);
        if (branch == null) {
            return false;
        }
        nested = nested.isEmpty() ? new ArrayList<>() : nested;
        nested.add(branch);
        inner = null;
        return true;
    }

    /** One comparison: with one key, or with all of a range. */
    private static final class Comparison implements Tree.Visitor {
        private final Compare compare;
        private final RangeWalk walk;
        private boolean any;
        private boolean hold = true;

        Comparison(Compare compare) {
            this.compare = compare;
            walk = new RangeWalk(compare.key(), compare.rangeEnd());
        }

        boolean go(Tree tree, Budget budget) {
            return walk.go(tree, budget, this);
        }

        @Override
        public boolean visit(KeyValue newest) {
            if (!newest.isTombstone()) {
                any = true;
                hold = Choice.holds(compare, newest);
            }
            return hold;
        }

        boolean holds() {
            return any ? hold : holdsWithoutKey(compare);
        }
    }

    /** No value is not the empty value: nothing holds of it, not even that it differs. */
    private static boolean holdsWithoutKey(Compare compare) {
        return compare.target() != Compare.VALUE && holds(compare, KeyValue.MISSING);
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
