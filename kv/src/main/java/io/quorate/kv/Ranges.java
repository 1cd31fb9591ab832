package io.quorate.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a key and a range end stand for in the tree. */
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
        return whole(new RangeRead(view, range));
    }

    /** Does all of it, for whoever may take the time. */
    static Result whole(Work work) {
        Result result = work.go(Budget.unlimited());
        if (result == null) {
            throw new IllegalStateException("work without a bound has paused");
        }
        return result;
    }
}
