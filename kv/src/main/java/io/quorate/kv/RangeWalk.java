package io.quorate.kv;

import java.util.Arrays;

/** Looks at the newest versions, tombstones included, of one key or of a range, with pauses wherever a budget ends. */
final class RangeWalk {
    private final byte[] rangeEnd;

    /** The first key that was not looked at yet. */
    private byte[] from;

    private boolean over;

    RangeWalk(byte[] key, byte[] rangeEnd) {
        this.rangeEnd = rangeEnd;
        this.from = key;
    }

    /**
     * Goes on.
     *
     * @param tree in which nothing has changed since the last call but values of keys looked at
     * @return whether it is over: the range has ended, or the visitor has ended it
     */
    boolean go(Tree tree, Budget budget, Tree.Visitor visitor) {
        while (!over && !budget.isSpent()) {
            over = true;
            Ranges.visit(tree, from, rangeEnd, newest -> look(newest, budget, visitor));
        }
        return over;
    }

    private boolean look(KeyValue newest, Budget budget, Tree.Visitor visitor) {
        budget.spend();
        if (!visitor.visit(newest)) {
            return false;
        }
        if (budget.isSpent() && rangeEnd.length != 0) {
            from = Arrays.copyOf(newest.key(), newest.key().length + 1);
            over = false;
            return false;
        }
        return true;
    }
}
