package io.quorate.sim.search;

import io.quorate.raft.Invariant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one turn.
 *
 * @param member as it is after
 * @param sent messages that left
 * @param applied entries, in order
 * @param broken the first rule of the member alone that does not hold, or null
 */
record Outcome(
        Member member,
        List<Letter> sent,
        List<Entry> applied,
        @Nullable Broken broken) {
    /** A read that was answered. */
    record Served(Member.Asked asked, long index) {}

    static Outcome of(
            Member member, List<Letter> sent, List<Entry> applied, List<Served> served, List<Invariant> broken) {
        return new Outcome(
                member, List.copyOf(sent), List.copyOf(applied), MemberRule.firstBroken(member, sent, served, broken));
    }
}
