package io.quorate.raft.quorum;

/**
 * The two halves of voters, each by slot. Outside a change the outgoing half is empty and decides nothing; while a change is
 * under way a decision needs a majority of each half (paper section 6). Immutable.
 *
 * <p>What a majority of three has reached, drawn with one row per voter and the answer marked:
 *
 * <pre>
 *   a  ======|=====&gt;  12
 *   b  ======&gt;         7   &lt;- two of three have 7
 *   c  ===&gt;  |         4
 * </pre>
 */
public final class Quorum {
    private final int[] voters;
    private final int[] outgoing;

    /**
     * @param voters slots of the voters; empty means that nothing can be decided
     * @param outgoing slots of the old half's voters while joint, empty otherwise
     */
    public Quorum(int[] voters, int[] outgoing) {
        this.voters = voters.clone();
        this.outgoing = outgoing.clone();
    }

    /**
     * The greatest value that a quorum has reached.
     *
     * @param valueBySlot not changed
     * @return {@link Long#MIN_VALUE} when there are no voters
     */
    public long reached(long[] valueBySlot) {
        if (voters.length == 0) {
            return Long.MIN_VALUE;
        }
        long first = reached(voters, valueBySlot);
        return outgoing.length == 0 ? first : Math.min(first, reached(outgoing, valueBySlot));
    }

    /** Whether the slots that said yes are a quorum. */
    public boolean isWon(boolean[] yesBySlot) {
        return voters.length > 0
                && isMajority(voters, yesBySlot)
                && (outgoing.length == 0 || isMajority(outgoing, yesBySlot));
    }

    /** Whether no quorum can come together any more, even if all that did not say no say yes. */
    public boolean isLost(boolean[] noBySlot) {
        return voters.length == 0
                || isBlocked(voters, noBySlot)
                || (outgoing.length > 0 && isBlocked(outgoing, noBySlot));
    }

    private static boolean isMajority(int[] half, boolean[] yesBySlot) {
        return count(half, yesBySlot) >= majority(half);
    }

    private static boolean isBlocked(int[] half, boolean[] noBySlot) {
        return half.length - count(half, noBySlot) < majority(half);
    }

    private static int count(int[] half, boolean[] bySlot) {
        int count = 0;
        for (int slot : half) {
            count += bySlot[slot] ? 1 : 0;
        }
        return count;
    }

    private static int majority(int[] half) {
        return half.length / 2 + 1;
    }

    /** The value that a majority has reached or passed is the majority-th greatest. Groups are small: insert and pick. */
    private static long reached(int[] half, long[] valueBySlot) {
        long[] sorted = new long[half.length];
        for (int i = 0; i < half.length; i++) {
            long value = valueBySlot[half[i]];
            int at = i;
            for (; at > 0 && sorted[at - 1] > value; at--) {
                sorted[at] = sorted[at - 1];
            }
            sorted[at] = value;
        }
        return sorted[half.length - majority(half)];
    }
}
