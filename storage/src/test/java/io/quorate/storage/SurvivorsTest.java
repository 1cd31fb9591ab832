package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.Identity;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.LogSummary;
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
                0,
                0,
                runs(lastIndex, 1, lastTerm),
                committed,
                0,
                List.of(new MembershipAt(members.index(), members)),
                "");
    }

    /** @param firstAndTerm of each run of one term */
    private static LogSummary runs(long lastIndex, long... firstAndTerm) {
        long[] firsts = new long[firstAndTerm.length / 2];
        long[] terms = new long[firsts.length];
        for (int run = 0; run < firsts.length; run++) {
            firsts[run] = firstAndTerm[2 * run];
            terms[run] = firstAndTerm[2 * run + 1];
        }
        return new LogSummary(lastIndex, firsts, terms, List.of());
    }

    /** Of five voters, with a log that begins behind a snapshot up to {@code prev}, 0 for none. */
    private static Survivor ofFive(long id, long committed, long prev, long prevTerm, LogSummary log) {
        Membership five = voters(1, 2, 3, 4, 5);
        return new Survivor(
                Path.of("n" + id),
                new Identity(CLUSTER, 1, id, 100 + id, 3),
                9,
                prev,
                prevTerm,
                log,
                committed,
                prev,
                List.of(new MembershipAt(0, five)),
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
        assertThat(safest(survivor(1, 2, 900, 0, THREE), survivor(2, 3, 500, 0, THREE)))
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

    /**
     * A led term 2 and wrote 2 to 500, E led term 3 and wrote 2 on itself alone, A leads term 4 and commits 501 with B and C: so 2 to
     * 500 are committed. D (4) got only 2 to 300 of them, with the word that they are. A, B and C are lost.
     */
    @Test
    void what_is_known_to_be_committed_counts_more_than_a_later_term_of_other_entries()
            throws DirectoryRefusedException {
        Survivor d = ofFive(4, 300, 0, 0, runs(300, 1, 1, 2, 2));
        Survivor e = ofFive(5, 1, 0, 0, runs(2, 1, 1, 2, 3));
        Survivor longer = ofFive(5, 1, 0, 0, runs(400, 1, 1, 2, 3));
        assertThat(safest(d, e)).isEqualTo(4);
        assertThat(safest(longer, d)).isEqualTo(4);
        assertThat(of(d, e).holdsThrough(d)).isEqualTo(300);
        assertThat(of(d, e).holdsThrough(e)).isEqualTo(1);
        assertThat(of(d, e).lacksFrom(e)).isEqualTo(2);
        assertThat(of(d, longer).holdsThrough(longer)).isEqualTo(1);
        assertThat(of(d, longer).lacksFrom(longer)).isEqualTo(2);
    }

    @Test
    void of_those_that_hold_what_is_known_to_be_committed_the_election_decides() throws DirectoryRefusedException {
        Survivor knows = ofFive(1, 300, 0, 0, runs(300, 1, 1, 2, 2));
        Survivor later = ofFive(2, 10, 0, 0, runs(310, 1, 1, 2, 2, 302, 4));
        Survivor behindSnapshot = ofFive(3, 300, 300, 2, runs(320, 301, 2));
        Survivor other = ofFive(4, 10, 0, 0, runs(900, 1, 1, 2, 2, 290, 6));
        assertThat(safest(knows, later, behindSnapshot, other)).isEqualTo(2);
        assertThat(of(knows, later).holdsThrough(later)).isEqualTo(300);
        assertThat(of(knows, other).holdsThrough(other)).isEqualTo(289);
        assertThat(of(knows, other).lacksFrom(other)).isEqualTo(290);
    }

    /** Who knows has only a snapshot of most of it: what another log has before its end cannot be compared. */
    @Test
    void what_cannot_be_compared_is_neither_held_nor_lost_for_certain() throws DirectoryRefusedException {
        Survivor knows = ofFive(1, 300, 250, 2, runs(300, 251, 2));
        Survivor ends = ofFive(2, 10, 0, 0, runs(100, 1, 1, 2, 2));
        Survivor differs = ofFive(3, 10, 0, 0, runs(280, 1, 1, 2, 3));
        Survivor equal = ofFive(4, 10, 0, 0, runs(280, 1, 1, 2, 2));
        assertThat(of(knows, ends).holdsThrough(ends)).isEqualTo(10);
        assertThat(of(knows, ends).lacksFrom(ends)).isEqualTo(101);
        assertThat(of(knows, differs).holdsThrough(differs)).isEqualTo(10);
        assertThat(of(knows, differs).lacksFrom(differs)).isEqualTo(250);
        assertThat(of(knows, equal).holdsThrough(equal)).isEqualTo(280);
        assertThat(of(knows, equal).lacksFrom(equal)).isEqualTo(281);
    }

    /** As only an older copy of a directory can make it: then a majority that is here proves nothing. */
    @Test
    void a_majority_that_would_not_vote_for_it_is_none() throws DirectoryRefusedException {
        Survivor knows = survivor(1, 2, 300, 300, THREE);
        Survivor ahead = survivor(2, 3, 200, 1, THREE);
        assertThat(safest(knows, ahead)).isEqualTo(1);
        assertThat(of(knows, ahead).canBeElected(knows)).isFalse();
    }

    @Test
    void a_damaged_one_is_never_the_safest_and_counts_for_nothing() throws DirectoryRefusedException {
        assertThat(of(damaged(1), damaged(2)).safest()).isEmpty();
        Survivor whole = survivor(3, 1, 1, 1, THREE);
        Survivors survivors = of(damaged(1), whole);
        assertThat(survivors.safest()).contains(whole);
        assertThat(survivors.canBeElected(whole)).isFalse();
        assertThat(survivors.missingVoters(whole)).containsExactly(member(1), member(2));
    }

    @Test
    void a_majority_of_the_newest_voters_misses_nothing() throws DirectoryRefusedException {
        Survivor one = survivor(1, 3, 50, 40, THREE);
        Survivor two = survivor(2, 3, 49, 45, THREE);
        assertThat(of(one, two).canBeElected(one)).isTrue();
        assertThat(of(one, two).missingVoters(one)).containsExactly(member(3));
        assertThat(of(one).canBeElected(one)).isFalse();
        assertThat(of(one, two).provenIndex()).isEqualTo(45);
        Membership four = voters(1, 2, 3, 4);
        Survivor half = survivor(1, 3, 50, 40, four);
        assertThat(of(half, two).canBeElected(half))
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
                0,
                0,
                runs(50, 1, 3),
                40,
                0,
                List.of(new MembershipAt(0, THREE), new MembershipAt(48, one)),
                "");
        assertThat(of(alone).canBeElected(alone)).isTrue();
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
        assertThat(of(three, four).canBeElected(three)).isFalse();
        assertThat(of(three, two).canBeElected(three)).isFalse();
        assertThat(of(three, four, two).canBeElected(three)).isTrue();
    }

    @Test
    void a_directory_of_another_incarnation_is_not_the_members() throws DirectoryRefusedException {
        Survivor one = survivor(1, 3, 50, 40, THREE);
        Survivor wiped = new Survivor(
                Path.of("n2"),
                new Identity(CLUSTER, 1, 2, 999, 1),
                3,
                0,
                0,
                runs(1, 1, 1),
                1,
                0,
                List.of(new MembershipAt(0, THREE)),
                "");
        assertThat(of(one, wiped).canBeElected(one)).isFalse();
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
}
