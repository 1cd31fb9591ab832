package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.Identity;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which directory is the safest, and whether anything can be missing in it. */
final class SurvivorsTest {
    private static final long CLUSTER = 7;
    private static final Membership THREE = voters(1, 2, 3);

    private static Member member(long id) {
        return new Member(id, 100 + id, "n" + id, List.of("http://n" + id + ":1"));
    }

    private static Membership voters(long... ids) {
        return Membership.ofVoters(
                LongStream.of(ids).mapToObj(SurvivorsTest::member).toList());
    }

    private static Survivor survivor(long id, long lastTerm, long lastIndex, long committed, Membership members) {
        return new Survivor(
                Path.of("n" + id),
                new Identity(CLUSTER, 1, id, 100 + id, 3),
                lastTerm,
                lastIndex,
                lastTerm,
                committed,
                0,
                List.of(new MembershipAt(members.index(), members)),
                members.isWitness(id),
                "");
    }

    private static Survivor damaged(long id) {
        return Survivor.damaged(Path.of("n" + id), new Identity(CLUSTER, 1, id, 100 + id, 3), "its log is missing");
    }

    private static Survivors of(Survivor... all) throws DirectoryRefusedException {
        return Survivors.of(List.of(all));
    }

    private static long safest(Survivor... all) throws DirectoryRefusedException {
        return of(all).safest().orElseThrow().self().memberId();
    }

    @Test
    void the_later_term_of_the_last_entry_wins_over_any_length() throws DirectoryRefusedException {
        assertThat(safest(survivor(1, 2, 900, 800, THREE), survivor(2, 3, 500, 10, THREE)))
                .isEqualTo(2);
    }

    @Test
    void of_one_term_the_longer_log_wins() throws DirectoryRefusedException {
        assertThat(safest(survivor(1, 3, 500, 500, THREE), survivor(2, 3, 501, 10, THREE)))
                .isEqualTo(2);
        assertThat(safest(survivor(1, 3, 501, 10, THREE), survivor(2, 3, 500, 500, THREE)))
                .isEqualTo(1);
    }

    @Test
    void of_two_equal_ones_the_first_is_taken() throws DirectoryRefusedException {
        assertThat(safest(survivor(3, 3, 5, 1, THREE), survivor(2, 3, 5, 5, THREE)))
                .isEqualTo(3);
    }

    @Test
    void a_damaged_one_is_never_the_safest_and_counts_for_nothing() throws DirectoryRefusedException {
        assertThat(of(damaged(1), damaged(2)).safest()).isEmpty();
        Survivor whole = survivor(3, 1, 1, 1, THREE);
        Survivors survivors = of(damaged(1), whole);
        assertThat(survivors.safest()).contains(whole);
        assertThat(survivors.isQuorumOf(whole)).isFalse();
        assertThat(survivors.missingVoters(whole)).containsExactly(member(1), member(2));
    }

    @Test
    void a_majority_of_the_newest_voters_misses_nothing() throws DirectoryRefusedException {
        Survivor one = survivor(1, 3, 50, 40, THREE);
        Survivor two = survivor(2, 3, 49, 45, THREE);
        assertThat(of(one, two).isQuorumOf(one)).isTrue();
        assertThat(of(one, two).missingVoters(one)).containsExactly(member(3));
        assertThat(of(one).isQuorumOf(one)).isFalse();
        assertThat(of(one, two).provenIndex()).isEqualTo(45);
        Membership four = voters(1, 2, 3, 4);
        Survivor half = survivor(1, 3, 50, 40, four);
        assertThat(of(half, two).isQuorumOf(half))
                .as("half of four is no majority")
                .isFalse();
    }

    @Test
    void the_membership_that_counts_is_the_newest_also_where_it_is_not_known_to_be_committed()
            throws DirectoryRefusedException {
        Membership one = new Membership(List.of(member(1)), List.of(1L), List.of(), List.of(), List.of(2L, 3L), 48);
        Survivor alone = new Survivor(
                Path.of("n1"),
                new Identity(CLUSTER, 1, 1, 101, 3),
                3,
                50,
                3,
                40,
                0,
                List.of(new MembershipAt(0, THREE), new MembershipAt(48, one)),
                false,
                "");
        assertThat(of(alone).isQuorumOf(alone)).isTrue();
        assertThat(alone.newestCommitted().membership()).isEqualTo(THREE);
    }

    @Test
    void while_a_change_is_under_way_both_halves_need_a_majority() throws DirectoryRefusedException {
        Membership joint = new Membership(
                voters(1, 2, 3, 4, 5).members(),
                List.of(3L, 4L, 5L),
                List.of(1L, 2L, 3L),
                List.of(),
                List.of(1L, 2L),
                9);
        Survivor three = survivor(3, 3, 50, 40, joint);
        Survivor four = survivor(4, 3, 40, 40, joint);
        Survivor two = survivor(2, 3, 40, 40, joint);
        assertThat(of(three, four).isQuorumOf(three)).isFalse();
        assertThat(of(three, two).isQuorumOf(three)).isFalse();
        assertThat(of(three, four, two).isQuorumOf(three)).isTrue();
    }

    @Test
    void a_directory_of_another_incarnation_is_not_the_members() throws DirectoryRefusedException {
        Survivor one = survivor(1, 3, 50, 40, THREE);
        Survivor wiped = new Survivor(
                Path.of("n2"),
                new Identity(CLUSTER, 1, 2, 999, 1),
                3,
                1,
                1,
                1,
                0,
                List.of(new MembershipAt(0, THREE)),
                false,
                "");
        assertThat(of(one, wiped).isQuorumOf(one)).isFalse();
    }

    @Test
    void those_that_do_not_belong_together_are_refused_by_name() {
        Survivor one = survivor(1, 3, 50, 40, THREE);
        assertRefused(one, new Identity(8, 1, 2, 102, 1), "n1 is of cluster 7, other of cluster 8");
        assertRefused(one, new Identity(CLUSTER, 2, 2, 102, 1), "n1 is of epoch 1, other of epoch 2 of cluster 7");
        assertRefused(one, new Identity(CLUSTER, 1, 1, 102, 1), "n1 and other are both of member 1");
    }

    private static void assertRefused(Survivor one, Identity other, String sentence) {
        assertThatThrownBy(() -> of(one, Survivor.damaged(Path.of("other"), other, "cut")))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining(sentence);
    }

    // ---- witnesses

    private static final Membership THREE_AND_A_WITNESS = Membership.ofVoters(
            List.of(member(1), member(2), member(3), new Member(4, 104, "n4", List.of("http://n4:1"), 0, true)));

    @Test
    void a_witness_is_never_gone_on_from() throws DirectoryRefusedException {
        Survivor data = survivor(1, 3, 50, 40, THREE_AND_A_WITNESS);
        Survivor witness = survivor(4, 4, 60, 55, THREE_AND_A_WITNESS);
        assertThat(safest(witness, data)).isEqualTo(1);
        assertThat(of(witness).safest()).isEmpty();
        assertThat(of(data, witness).witnessesAhead(data)).containsExactly(witness);
        assertThat(of(data, witness).heldIndex()).isEqualTo(40);
        assertThat(of(data, witness).provenIndex()).isEqualTo(55);
    }

    @Test
    void a_witness_is_one_of_a_majority_where_it_would_vote_for_the_safest() throws DirectoryRefusedException {
        Survivor one = survivor(1, 3, 50, 40, THREE_AND_A_WITNESS);
        Survivor two = survivor(2, 3, 48, 40, THREE_AND_A_WITNESS);
        assertThat(of(one, two, survivor(4, 3, 50, 45, THREE_AND_A_WITNESS)).isQuorumOf(one))
                .isTrue();
        assertThat(of(one, two, survivor(4, 3, 51, 45, THREE_AND_A_WITNESS)).isQuorumOf(one))
                .isFalse();
        assertThat(of(one, two).isQuorumOf(one)).isFalse();
    }
}
