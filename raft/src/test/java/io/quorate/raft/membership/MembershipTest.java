package io.quorate.raft.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How one membership leads to the next (paper section 6, thesis 4.1 to 4.3). */
class MembershipTest {
    private static Member member(long id) {
        return new Member(id, 100 + id, "n" + id, List.of("u" + id));
    }

    private static Member unstarted(long id) {
        return new Member(id, 0, "n" + id, List.of("u" + id));
    }

    private static Membership of(List<Member> members, Long... voters) {
        return new Membership(members, List.of(voters), List.of());
    }

    private static Membership voters(long... ids) {
        List<Member> members = new ArrayList<>();
        for (long id : ids) {
            members.add(member(id));
        }
        return Membership.ofVoters(members);
    }

    @Test
    void votersGoByPriorityAndThenById() {
        Membership three =
                Membership.ofVoters(List.of(member(1), new Member(2, 102, "n2", List.of("u2"), 5), member(3)));
        assertThat(three.rank(2)).isEqualTo(0);
        assertThat(three.rank(1)).isEqualTo(1);
        assertThat(three.rank(3)).isEqualTo(2);
    }

    @Test
    void whoMayNotOrCannotCampaignLetsNobodyWait() {
        Membership withLearner = of(List.of(member(1), member(2), member(3)), 2L, 3L);
        assertThat(withLearner.rank(2)).isEqualTo(0);
        assertThat(withLearner.rank(3)).isEqualTo(1);
        Membership withSpare = of(List.of(unstarted(1), member(2), member(3)), 1L, 2L, 3L);
        assertThat(withSpare.rank(2)).isEqualTo(0);
        assertThat(withSpare.rank(3)).isEqualTo(1);
    }

    @Test
    void theVotersOfBothHalvesGoInOneOrder() {
        Membership joint = voters(1, 2, 3).next(voters(2, 3, 4), 5);
        assertThat(List.of(joint.rank(1), joint.rank(2), joint.rank(3), joint.rank(4)))
                .containsExactly(0, 1, 2, 3);
    }

    @Test
    void aChangeOfVotersIsJointFirst() {
        Membership joint = voters(1, 2, 3).next(voters(2, 3, 4), 5);
        assertThat(joint.members()).containsExactly(member(1), member(2), member(3), member(4));
        assertThat(joint.voters()).containsExactly(2L, 3L, 4L);
        assertThat(joint.outgoingVoters()).containsExactly(1L, 2L, 3L);
        assertThat(joint.removed()).containsExactly(1L);
        Membership settled = joint.secondHalf(9);
        assertThat(settled)
                .isEqualTo(new Membership(
                        List.of(member(2), member(3), member(4)),
                        List.of(2L, 3L, 4L),
                        List.of(),
                        List.of(),
                        List.of(1L),
                        9));
    }

    @Test
    void soIsAChangeOfOneVoter() {
        assertThat(voters(1, 2, 3).next(voters(1, 2), 5).isJoint()).isTrue();
        assertThat(voters(1, 2).next(voters(1, 2, 3), 5).isJoint()).isTrue();
    }

    @Test
    void whatLeavesTheVotersAloneIsOneEntry() {
        Membership now = of(List.of(member(1), member(2), member(3)), 1L, 2L);
        Membership target = of(List.of(member(1), new Member(2, 102, "two", List.of("x"), 7), member(4)), 1L, 2L);
        Membership next = now.next(target, 5);
        assertThat(next.isJoint()).isFalse();
        assertThat(next.members()).isEqualTo(target.members());
        assertThat(next.removed()).containsExactly(3L);
        assertThat(next.next(of(List.of(member(1), member(2)), 1L, 2L), 5).removed())
                .containsExactly(3L, 4L);
    }

    @Test
    void aVoterMayStayAsALearner() {
        Membership settled = voters(1, 2, 3)
                .next(of(List.of(member(1), member(2), member(3)), 1L, 2L), 5)
                .secondHalf(9);
        assertThat(settled.members()).containsExactly(member(1), member(2), member(3));
        assertThat(settled.voters()).containsExactly(1L, 2L);
        assertThat(settled.isJoint()).isFalse();
        assertThat(settled.index()).isEqualTo(9);
    }

    @Test
    void anUnstartedVoterIsListedAndItsClaimMakesItJoin() {
        Membership added = voters(1).next(of(List.of(member(1), unstarted(2)), 1L, 2L), 5);
        assertThat(added.isJoint()).isFalse();
        assertThat(added.voters()).containsExactly(1L, 2L);
        assertThat(added.countedVoters()).containsExactly(1L);
        Membership claimed = added.next(of(List.of(member(1), member(2)), 1L, 2L), 5);
        assertThat(claimed.isJoint()).isFalse();
        assertThat(claimed.voters()).containsExactly(1L);
        assertThat(claimed.joining()).containsExactly(2L);
        Membership joint = claimed.next(claimed.promoting(List.of(2L)), 5);
        assertThat(joint.outgoingVoters()).containsExactly(1L);
        assertThat(joint.secondHalf(9).countedVoters()).containsExactly(1L, 2L);
        assertThat(joint.secondHalf(9).joining()).isEmpty();
    }

    @Test
    void aMembershipThatContradictsItselfIsNone() {
        List<Member> two = List.of(member(1), member(2));
        assertThatThrownBy(() -> of(List.of(member(1), member(1)), 1L)).hasMessageContaining("members must rise");
        assertThatThrownBy(() -> of(two, 3L)).hasMessageContaining("voter 3 is no member");
        assertThatThrownBy(() -> of(two, 2L, 1L)).hasMessageContaining("voters must rise");
        assertThatThrownBy(() -> new Membership(two, List.of(1L), List.of(), List.of(1L)))
                .hasMessageContaining("joining learner 1 votes already");
        assertThatThrownBy(() -> new Membership(two, List.of(1L), List.of(), List.of(5L)))
                .hasMessageContaining("joining learner 5 is no member");
        assertThatThrownBy(() -> new Membership(two, List.of(1L), List.of(), List.of(), List.of(2L), 0))
                .hasMessageContaining("removed member 2 is still one");
        assertThatThrownBy(() -> new Member(1, 1, "", List.of(), 256)).hasMessageContaining("[0, 255]");
        assertThatThrownBy(() -> new Member(1, 1, "", List.of(), -1)).hasMessageContaining("[0, 255]");
    }

    @Test
    void whatMayNotFollowIsKnown() {
        Membership three = voters(1, 2, 3);
        Membership joint = three.next(voters(1, 2, 4), 5);
        assertThat(three.mayBeFollowedBy(joint)).isTrue();
        assertThat(joint.mayBeFollowedBy(joint.secondHalf(9))).isTrue();
        assertThat(Membership.NONE.mayBeFollowedBy(three)).isTrue();
        assertThat(three.mayBeFollowedBy(voters(1, 2))).isFalse();
        assertThat(three.mayBeFollowedBy(voters(1, 2).next(voters(1, 2, 3), 5))).isFalse();
        assertThat(joint.mayBeFollowedBy(three)).isFalse();
        assertThat(joint.mayBeFollowedBy(joint.secondHalf(5))).isFalse(); // It would stand at the same index.
        assertThat(joint.secondHalf(9).mayBeFollowedBy(voters(1, 2, 4))).isFalse(); // It forgets that 3 is gone.
    }

    /** Whoever decides by one membership and whoever decides by the next share a voter, whatever is asked for. */
    @Test
    void quorumsOfNeighboursIntersect() {
        Random random = new Random(1);
        int joints = 0;
        for (int i = 0; i < 2000; i++) {
            Membership now = random(random);
            Membership target = random(random);
            if (now.countedVoters().isEmpty()) {
                continue;
            }
            Membership next = now.next(target, 5);
            assertThat(now.mayBeFollowedBy(next)).as("%s, then %s", now, next).isTrue();
            requireIntersection(now, next);
            if (next.isJoint() && !next.countedVoters().isEmpty()) {
                joints++;
                requireIntersection(next, next.secondHalf(9));
                assertThat(next.secondHalf(9).countedVoters()).isEqualTo(next.countedVoters());
            }
        }
        assertThat(joints).isGreaterThan(500);
    }

    private static Membership random(Random random) {
        List<Member> members = new ArrayList<>();
        List<Long> voters = new ArrayList<>();
        List<Long> joining = new ArrayList<>();
        for (long id = 1; id <= 6; id++) {
            int kind = random.nextInt(5);
            if (kind > 0) {
                members.add(random.nextInt(4) == 0 ? unstarted(id) : member(id));
            }
            if (kind >= 3) {
                voters.add(id);
            } else if (kind == 2) {
                joining.add(id);
            }
        }
        return new Membership(members, voters, List.of(), joining);
    }

    private static void requireIntersection(Membership one, Membership other) {
        for (int yes = 0; yes < 64; yes++) {
            // All others together must not be able to decide by the other membership.
            assertThat(decides(one, yes) && decides(other, 63 - yes))
                    .as("%s and %s", one, other)
                    .isFalse();
        }
    }

    private static boolean decides(Membership membership, int yes) {
        return isMajority(membership.countedVoters(), yes)
                && (!membership.isJoint() || isMajority(membership.outgoingVoters(), yes));
    }

    private static boolean isMajority(List<Long> half, int yes) {
        long count = half.stream().filter(id -> (yes & 1 << (id - 1)) != 0).count();
        return count > half.size() / 2;
    }

    @Test
    void refusalsHaveCodesAndSentences() {
        for (ChangeRefusal refusal : ChangeRefusal.values()) {
            assertThat(refusal.code()).isNegative();
            assertThat(ChangeRefusal.ofCode(refusal.code())).isEqualTo(refusal);
            assertThat(refusal.sentence()).isNotBlank();
        }
    }

    @Test
    void prioritiesAreRanksAmongVoters() {
        List<Member> members = List.of(
                new Member(1, 1, "", List.of(), 5),
                new Member(2, 2, "", List.of(), 9),
                new Member(3, 3, "", List.of(), 9),
                new Member(4, 4, "", List.of(), 200),
                new Member(5, 5, "", List.of()));
        Membership membership = of(members, 1L, 2L, 3L, 5L);
        assertThat(membership.higherPriorities(2)).isZero();
        assertThat(membership.higherPriorities(1)).isEqualTo(1);
        assertThat(membership.higherPriorities(5)).isEqualTo(2); // 4 is a learner: its priority counts for nothing.
        assertThat(membership.higherPriorities(77)).isZero();
    }
}
