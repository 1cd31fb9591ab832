package io.quorate.sim.core;

import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.List;
import java.util.function.LongPredicate;

/** What a majority is, told once more: the product's own counting is what is judged by it. */
public final class Quorums {
    private Quorums() {}

    /** Whether those ids hold a majority of each half of the voters that have started. A half without any asks for nothing. */
    public static boolean isQuorum(Membership membership, LongPredicate isIn) {
        return isMajority(membership, membership.voters(), isIn)
                && isMajority(membership, membership.outgoingVoters(), isIn);
    }

    private static boolean isMajority(Membership membership, List<Long> half, LongPredicate isIn) {
        int voters = 0;
        int count = 0;
        for (long id : half) {
            if (counts(membership, id)) {
                voters++;
                count += isIn.test(id) ? 1 : 0;
            }
        }
        return voters == 0 || count > voters / 2;
    }

    private static boolean counts(Membership membership, long id) {
        for (Member member : membership.members()) {
            if (member.id() == id) {
                return member.incarnation() != 0;
            }
        }
        return false;
    }

    /** Whether one could decide something by one membership, and others something else by the other, with nobody in both. */
    public static boolean mayDisagree(Membership one, Membership other) {
        for (int some = 0; some < 1 << Script.MAX_MEMBERS; some++) {
            int set = some;
            boolean decides = isQuorum(one, id -> ((set >> (id - 1)) & 1) == 1);
            if (decides && isQuorum(other, id -> ((set >> (id - 1)) & 1) == 0)) {
                return true;
            }
        }
        return false;
    }
}
