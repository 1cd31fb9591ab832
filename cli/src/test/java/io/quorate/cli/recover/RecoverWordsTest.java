package io.quorate.cli.recover;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.port.Identity;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.LogSummary;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.DirectoryRefusedException;
import io.quorate.storage.Survivor;
import io.quorate.storage.Survivors;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is said of a cluster's remains: all that is certain, and nothing that is not. */
final class RecoverWordsTest {
    private static final Membership THREE = Membership.ofVoters(members(1, 2, 3));

    private static List<Member> members(long... ids) {
        return LongStream.of(ids)
                .mapToObj(id -> new Member(id, 100 + id, "n" + id, List.of("http://n" + id + ":1")))
                .toList();
    }

    private static Survivor survivor(long id, long term, long last, long committed, MembershipAt... memberships) {
        return new Survivor(
                Path.of("n" + id + ".etcd"),
                new Identity(0xc1, 1, id, 100 + id, 3),
                term + 1,
                0,
                0,
                new LogSummary(last, new long[] {1}, new long[] {term}, List.of()),
                committed,
                0,
                List.of(memberships.length == 0 ? new MembershipAt[] {new MembershipAt(0, THREE)} : memberships),
                "");
    }

    private static Survivor damaged(long id) {
        return new Survivor(
                Path.of("n" + id + ".etcd"),
                new Identity(0xc1, 1, id, 100 + id, 3),
                0,
                0,
                0,
                LogSummary.empty(0),
                0,
                0,
                List.of(),
                "its log is missing");
    }

    private static RecoverWords words(Survivor... all) throws DirectoryRefusedException {
        return new RecoverWords(Survivors.of(List.of(all)));
    }

    private static String choice(Survivor chosen, Survivor... all) throws DirectoryRefusedException {
        return String.join("\n", words(all).choice(chosen));
    }

    @Test
    void eachDirectoryIsTold() throws DirectoryRefusedException {
        Membership four = new Membership(members(1, 2, 3, 4), List.of(1L, 2L, 3L), List.of(), List.of(), List.of(), 90);
        Survivor one = survivor(1, 3, 120, 80, new MembershipAt(0, THREE), new MembershipAt(90, four));
        assertThat(words(one, damaged(2)).directories())
                .containsExactly(
                        "n1.etcd: member n1 (1) of cluster c1, epoch 1",
                        "  ends with entry 120 of term 3, has seen term 4, knows entries to be committed up to 80",
                        "  has no snapshot: its log begins with the first entry",
                        "  members since entry 90: n1 n2 n3 vote; n4 learn",
                        "  which is not known to be committed; the last that is: from the start: n1 n2 n3 vote",
                        "n2.etcd: member 2 of cluster c1, epoch 1",
                        "  DAMAGED: its log is missing",
                        "  It is not chosen, and counts as one that was not looked at.");
    }

    @Test
    void aChangeUnderWayIsToldWithBothItsSides() throws DirectoryRefusedException {
        Membership joint = new Membership(
                members(1, 2, 3, 4), List.of(2L, 3L, 4L), List.of(1L, 2L, 3L), List.of(), List.of(1L), 9);
        Survivor two = survivor(2, 3, 12, 9, new MembershipAt(9, joint));
        assertThat(words(two).directories())
                .contains("  members since entry 9: n2 n3 n4 vote, together with those before: n1 n2 n3");
        assertThat(choice(two, two)).contains("Of 4 voters there is n2 here. Not looked at: n1 (1), n3 (3), n4 (4).");
    }

    @Test
    void ofAMinorityItIsSaidFromWhichEntryOnWritesMayBeLost() throws DirectoryRefusedException {
        Survivor one = survivor(1, 3, 120, 118);
        assertThat(choice(one, one, damaged(2)))
                .contains(
                        "The safest is n1.etcd: ",
                        "Of 3 voters there is n1 here. Not looked at: n2 (2), n3 (3). Where one of their directories can",
                        "Entries up to 118 are known to be committed, and none of them is missing.",
                        "Behind entry 118 every write may be lost",
                        "Entries 119 to 120 of it were perhaps never committed. They will count as committed")
                .doesNotContain("not lost", "lost for certain");
    }

    @Test
    void whereAllIsKnownToBeCommittedNothingElseWillCountAsCommitted() throws DirectoryRefusedException {
        Survivor one = survivor(1, 3, 120, 120);
        assertThat(choice(one, one))
                .contains("Behind entry 120 every write may be lost")
                .doesNotContain("perhaps never committed");
    }

    @Test
    void ofAMajorityNothingIsLostAndToStartItIsBetter() throws DirectoryRefusedException {
        Survivor one = survivor(1, 3, 120, 118);
        Survivor three = survivor(3, 3, 119, 119);
        assertThat(choice(one, one, three))
                .contains(
                        "Nothing that was committed is missing in it",
                        "Of 3 voters there is n1 n3 here. That is a majority",
                        "So the cluster is not lost. Start these members as ever")
                .doesNotContain("may be lost");
    }

    @Test
    void whatAnotherKnowsToBeCommittedAndTheChosenLacksIsLostForCertain() throws DirectoryRefusedException {
        Survivor one = survivor(1, 3, 100, 60);
        Survivor two = survivor(2, 3, 120, 118);
        assertThat(choice(one, one, two))
                .contains(
                        "Chosen is n1.etcd, though n2.etcd is safer: it holds what is known to be committed",
                        "Entries up to 100 are known",
                        "Entries 101 to 118 are lost for certain")
                .doesNotContain("not lost", "perhaps never committed");
    }

    /** Its entries behind the 60th are others: the term tells. */
    @Test
    void whatTheChosenHasInPlaceOfWhatWasCommittedIsNoneOfIt() throws DirectoryRefusedException {
        Survivor one = survivor(1, 4, 200, 60);
        Survivor two = survivor(2, 3, 120, 118);
        assertThat(choice(one, one, two))
                .contains(
                        "Chosen is n1.etcd, though n2.etcd is safer: it holds what is known to be committed",
                        "Entries up to 60 are known",
                        "Entries 61 to 200 of it were perhaps never committed",
                        "Entries 61 to 118 are lost for certain");
        assertThat(choice(two, one, two)).contains("The safest is n2.etcd: it holds what any of these knows");
    }

    @Test
    void aLearnerAloneSpeaksForNoVoter() throws DirectoryRefusedException {
        Membership four = new Membership(members(1, 2, 3, 4), List.of(1L, 2L, 3L), List.of(), List.of(), List.of(), 9);
        Survivor learner = survivor(4, 3, 120, 118, new MembershipAt(9, four));
        assertThat(choice(learner, learner))
                .contains("Of 3 voters none is here. Not looked at: n1 (1), n2 (2), n3 (3).");
    }
}
