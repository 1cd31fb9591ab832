package io.quorate.node.peer;

import io.quorate.raft.membership.Membership;
import java.util.List;

/**
 * The leader's answer, when it is known how the request ended.
 *
 * @param number of the request
 * @param refusal {@link #NONE}, {@link #UNDECIDED}, or 1 and the ordinal of the {@code ChangeRefusal} or {@code TransferRefusal}
 * @param leader of a transfer: who leads
 * @param term of a transfer: the term that it leads
 * @param before of a check: the membership now; else {@link Membership#NONE}
 * @param after the membership after the change; {@link Membership#NONE} where there is none to tell
 * @param answering of a check: the members that the leader is connected with, itself included
 */
public record LeaderAnswer(
        long number, int refusal, long leader, long term, Membership before, Membership after, List<Long> answering) {
    public static final int NONE = 0;
    public static final int UNDECIDED = 255;

    public LeaderAnswer {
        answering = List.copyOf(answering);
    }

    /** One that only says how it ended. */
    public static LeaderAnswer of(long number, int refusal) {
        return new LeaderAnswer(number, refusal, 0, 0, Membership.NONE, Membership.NONE, List.of());
    }

    /** The same under another number. */
    public LeaderAnswer numbered(long newNumber) {
        return new LeaderAnswer(newNumber, refusal, leader, term, before, after, answering);
    }
}
