package io.quorate.node;

import org.jspecify.annotations.Nullable;

/**
 * How a member's state compares with the others': see {@link RaftOptions#stateHashEntries()}. An index is that of an entry, 0 for none.
 *
 * @param agreedIndex the last one at which this member's state was compared with that of a majority
 * @param undecidedIndex where voters have told this leader different states and no majority has the same: nobody knows who is right
 * @param differsAt where this member's state was found not to be that of a majority: it serves nothing any more
 * @param sameThrough the last index at which it is known to have been the same
 * @param differsFrom the first index at which it is known to differ: the entry that it applied with another effect, where it follows
 *     {@code sameThrough}; else that is an entry between them, or an earlier one
 * @param notCompared why this member's word counts for no majority as yet, the end of a sentence; null where it counts, and where
 *     states are not to be compared
 */
public record StateHashStatus(
        long agreedIndex,
        long undecidedIndex,
        long differsAt,
        long sameThrough,
        long differsFrom,
        @Nullable String notCompared) {
    public static final StateHashStatus NONE = new StateHashStatus(0, 0, 0, 0, 0, null);

    /** Whether this member serves nothing for that reason. */
    public boolean differs() {
        return differsAt != 0;
    }

    /** What is wrong, a sentence for a person; null while nothing is. */
    public @Nullable String problem() {
        if (differs()) {
            return "this member's state is not that of a majority: " + where()
                    + "; it serves nothing, and is to be replaced";
        }
        if (undecidedIndex != 0) {
            return "the voters' states differ at entry " + undecidedIndex
                    + " and no majority has the same: nobody knows who is right";
        }
        return null;
    }

    private String where() {
        if (sameThrough == differsFrom - 1) {
            return "it has differed since entry " + differsFrom;
        }
        return sameThrough == 0
                ? "it has differed since entry " + differsFrom + " or an earlier one"
                : "it has differed since an entry from " + (sameThrough + 1) + " to " + differsFrom;
    }
}
