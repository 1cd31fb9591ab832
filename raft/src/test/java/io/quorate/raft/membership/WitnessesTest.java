package io.quorate.raft.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members that vote and hold no commands: how many of them there may be, and what they never become. */
class WitnessesTest {
    private static Member full(long id) {
        return new Member(id, 100 + id, "n" + id, List.of("u" + id));
    }

    private static Member witness(long id) {
        return new Member(id, 100 + id, "n" + id, List.of("u" + id), 0, true);
    }

    /** So many that hold data, with the lowest ids, and so many witnesses behind them. */
    private static Membership of(int full, int witnesses) {
        List<Member> members = new ArrayList<>();
        for (long id = 1; id <= full + witnesses; id++) {
            members.add(id <= full ? full(id) : witness(id));
        }
        return Membership.ofVoters(members);
    }

    private static Membership joining(Membership now, Member... added) {
        List<Member> members = new ArrayList<>(now.members());
        members.addAll(List.of(added));
        return new Membership(
                members,
                now.voters(),
                List.of(),
                List.of(added).stream().map(Member::id).toList());
    }

    private static Membership without(Membership now, long gone) {
        return Membership.ofVoters(
                now.members().stream().filter(member -> member.id() != gone).toList());
    }

    @Test
    void copiesAreASmallestMajorityWithoutAllWitnesses() {
        assertThat(of(3, 0).copies()).isEqualTo(2);
        assertThat(of(3, 1).copies()).isEqualTo(2);
        assertThat(of(4, 1).copies()).isEqualTo(2);
        assertThat(of(5, 1).copies()).isEqualTo(3);
        assertThat(of(5, 2).copies()).isEqualTo(2);
        assertThat(of(2, 1).copies()).isEqualTo(1);
    }

    @Test
    void theFirstWitnessNeedsThreeThatHoldData() {
        assertThat(ChangeRules.refusal(of(1, 0), joining(of(1, 0), witness(9)))).isEqualTo(ChangeRefusal.TOO_FEW_COPIES);
        assertThat(ChangeRules.refusal(of(2, 0), joining(of(2, 0), witness(9)))).isEqualTo(ChangeRefusal.TOO_FEW_COPIES);
        assertThat(ChangeRules.refusal(of(3, 0), joining(of(3, 0), witness(9)))).isNull();
        assertThat(ChangeRules.refusal(of(4, 0), joining(of(4, 0), witness(9)))).isNull();
    }

    @Test
    void eachFurtherOneNeedsOneMore() {
        assertThat(ChangeRules.refusal(of(3, 1), joining(of(3, 1), witness(9)))).isEqualTo(ChangeRefusal.TOO_FEW_COPIES);
        assertThat(ChangeRules.refusal(of(4, 1), joining(of(4, 1), witness(9)))).isNull();
        assertThat(ChangeRules.refusal(of(4, 2), joining(of(4, 2), witness(9)))).isEqualTo(ChangeRefusal.TOO_FEW_COPIES);
        assertThat(ChangeRules.refusal(of(5, 2), joining(of(5, 2), witness(9)))).isNull();
    }

    @Test
    void noneOfTheLastThreeThatHoldDataIsRemovedBeforeTheWitness() {
        assertThat(ChangeRules.refusal(of(3, 1), without(of(3, 1), 2))).isEqualTo(ChangeRefusal.TOO_FEW_COPIES);
        assertThat(ChangeRules.refusal(of(3, 1), without(of(3, 1), 4))).isNull();
        assertThat(ChangeRules.refusal(of(4, 1), without(of(4, 1), 2))).isNull();
    }

    /** Those that are listed and have not started count for what is to become of it, not for what is. */
    @Test
    void whoHasNotStartedHoldsNothingYet() {
        List<Member> members = new ArrayList<>(of(2, 0).members());
        members.add(full(3).unstarted());
        Membership now = new Membership(members, List.of(1L, 2L, 3L), List.of());
        Membership target = joining(now, witness(9));
        assertThat(ChangeRules.refusal(now, target)).isNull();
        Membership promoted = target.promoting(List.of(9L));
        assertThat(ChangeRules.refusal(target, promoted)).isEqualTo(ChangeRefusal.TOO_FEW_COPIES);
        assertThat(ChangeRules.holdsEnoughCopies(target.next(promoted, 5))).isFalse();
    }

    @Test
    void bothHalvesAreLookedAt() {
        assertThat(ChangeRules.holdsEnoughCopies(of(3, 1).next(of(4, 1), 5))).isTrue();
        Membership bad = new Membership(of(3, 1).members(), List.of(1L, 2L, 3L), List.of(1L, 2L, 4L));
        assertThat(ChangeRules.holdsEnoughCopies(bad)).isFalse();
        assertThat(bad.copies()).as("a majority of the other half has it all the same").isEqualTo(2);
    }

    @Test
    void aWitnessStaysOneAndNobodyBecomesOne() {
        Membership three = of(3, 1);
        List<Member> members = new ArrayList<>(three.members());
        members.set(3, full(4));
        Membership data = Membership.ofVoters(members);
        assertThat(ChangeRules.refusal(three, data)).isEqualTo(ChangeRefusal.WITNESS_STAYS);
        assertThat(ChangeRules.refusal(data, three)).isEqualTo(ChangeRefusal.WITNESS_STAYS);
        Membership later =
                new Membership(data.members(), data.voters(), List.of(), List.of(), List.of(), three.index() + 1);
        assertThat(three.mayBeFollowedBy(later)).isFalse();
        assertThat(witness(4).started(7, "x").at(List.of("v")).prioritised(3).unstarted())
                .isEqualTo(new Member(4, 0, "x", List.of("v"), 3, true));
    }

    @Test
    void nobodyWaitsForAWitnessToCampaign() {
        List<Member> members = new ArrayList<>(of(3, 0).members());
        members.add(0, new Member(0x1, 1, "w", List.of(), 200, true));
        members.set(1, full(5));
        members.sort(java.util.Comparator.comparingLong(Member::id));
        Membership four = Membership.ofVoters(members);
        assertThat(four.mayLead(1)).isFalse();
        assertThat(four.isVoter(1)).isTrue();
        assertThat(four.rank(2)).isZero();
        assertThat(four.higherPriorities(2)).isZero();
    }
}
