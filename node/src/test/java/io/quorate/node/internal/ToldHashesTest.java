package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.peer.HashMessage.Report;
import io.quorate.node.peer.HashMessage.Standing;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldHashesTest {
    private static final long RIGHT = 5;
    private static final long WRONG = 6;

    private static final Membership THREE = membership(List.of(1L, 2L, 3L), List.of());

    private final ToldHashes told = new ToldHashes();

    /** Of five members. */
    private static Membership membership(List<Long> voters, List<Long> outgoing) {
        List<Member> members = new ArrayList<>();
        for (long id = 1; id <= 5; id++) {
            members.add(new Member(id, 100 + id, "n" + id, List.of()));
        }
        return new Membership(members, voters, outgoing);
    }

    private void tell(long hash, Standing standing, long... members) {
        for (long member : members) {
            told.put(member, new Report(0, 100, hash, standing));
        }
    }

    @Test
    void aMajorityThatHasComeToItByItselfAgrees() {
        tell(RIGHT, Standing.OWN, 1);
        assertThat(told.agreed(THREE)).isNull();
        tell(WRONG, Standing.OWN, 2);
        assertThat(told.agreed(THREE)).isNull();
        tell(RIGHT, Standing.OWN, 3);
        assertThat(told.agreed(THREE)).isEqualTo(RIGHT);
    }

    @Test
    void whoWasGivenAStateIsNoSecondWitness() {
        tell(WRONG, Standing.OWN, 1);
        tell(WRONG, Standing.GIVEN, 2);
        tell(RIGHT, Standing.OWN, 3);
        assertThat(told.agreed(THREE)).isNull();
        assertThat(told.isUndecided(THREE, false)).isTrue();
    }

    @Test
    void allVotersTogetherAgreeWhoeverGaveItToThem() {
        tell(RIGHT, Standing.OWN, 1);
        tell(RIGHT, Standing.GIVEN, 2);
        assertThat(told.agreed(THREE)).isNull();
        tell(RIGHT, Standing.GIVEN, 3);
        assertThat(told.agreed(THREE)).isEqualTo(RIGHT);
    }

    @Test
    void aLearnerCountsForNothing() {
        tell(RIGHT, Standing.OWN, 1);
        tell(RIGHT, Standing.OWN, 4, 5);
        assertThat(told.agreed(THREE)).isNull();
        tell(WRONG, Standing.OWN, 4);
        assertThat(told.isUndecided(THREE, true)).isFalse();
    }

    @Test
    void bothHalvesOfAJointMembershipMustAgree() {
        Membership joint = membership(List.of(3L, 4L, 5L), List.of(1L, 2L, 3L));
        tell(RIGHT, Standing.OWN, 3, 4, 5);
        assertThat(told.agreed(joint)).isNull();
        tell(WRONG, Standing.OWN, 1);
        assertThat(told.agreed(joint)).isNull();
        tell(RIGHT, Standing.OWN, 2);
        assertThat(told.agreed(joint)).isEqualTo(RIGHT);
    }

    @Test
    void whereAVoterDoesNotTellTheOthersAreUndecidedWhenALaterMilestoneIsPassed() {
        tell(RIGHT, Standing.OWN, 1);
        tell(WRONG, Standing.OWN, 2);
        assertThat(told.isUndecided(THREE, false)).isFalse();
        assertThat(told.isUndecided(THREE, true)).isTrue();
        tell(0, Standing.NONE, 3);
        assertThat(told.isUndecided(THREE, false)).as("all have told").isTrue();
    }

    @Test
    void whereMostKnowNoHashAllBeginAnew() {
        tell(RIGHT, Standing.OWN, 1);
        tell(0, Standing.NONE, 2, 4, 5);
        assertThat(told.isWithoutChain(THREE)).isFalse();
        tell(0, Standing.NONE, 3);
        assertThat(told.isWithoutChain(THREE)).isTrue();
        assertThat(told.agreed(THREE)).isNull();
    }
}
