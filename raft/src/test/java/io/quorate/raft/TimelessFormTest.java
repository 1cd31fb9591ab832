package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** The form for a search: without what time alone brings to bear, with all else, and under other names. */
class TimelessFormTest {
    private static final LongUnaryOperator SAME = LongUnaryOperator.identity();

    /** 2 and 3 exchange their names. */
    private static long exchanged(long id) {
        return id == 2 || id == 3 ? 5 - id : id;
    }

    @Test
    void whatWasDrawnIsLeftOut() {
        Scene scene = Scene.of(3);
        scene.settle();
        Raft hinted = scene.raft().copy();
        hinted.majorityWithoutLeader();
        hinted.drain();
        assertThat(hinted.canonicalForm()).isNotEqualTo(scene.raft().canonicalForm());
        assertThat(TimelessForm.of(hinted, SAME)).isEqualTo(TimelessForm.of(scene.raft(), SAME));
    }

    /** A vote given, then a later term without one: other write numbers on the way to the same state. */
    @Test
    void howManyWritesAreDoneIsLeftOut() {
        Scene one = Scene.of(3);
        one.receive(Scene.requestVote(2, 1, 0, 0)).settle();
        one.receive(Scene.requestVote(2, 2, 0, 0)).settle();
        Scene two = Scene.of(3);
        two.receive(Scene.requestVote(2, 2, 0, 0)).settle();
        assertThat(one.raft().canonicalForm()).isNotEqualTo(two.raft().canonicalForm());
        assertThat(TimelessForm.of(one.raft(), SAME)).isEqualTo(TimelessForm.of(two.raft(), SAME));
    }

    @Test
    void allElseMakesAnotherForm() {
        byte[] base = TimelessForm.of(Scene.of(3).leadAndCommit().raft(), SAME);
        Raft leader = Scene.of(3).leadAndCommit().raft();
        for (Input input : List.of(
                new Input.Propose(EntryKind.COMMAND, 40),
                new Input.ReadIndex(1),
                new Input.Receive(Scene.vote(2, 9)),
                new Input.SnapshotTaken(leader.markAt(1)),
                new Input.SnapshotReceived(new SnapshotMark(9, 1, Scene.voters(3)), 2),
                new Input.PeerLost(2))) {
            Raft changed = leader.copy();
            changed.apply(input);
            changed.drain();
            assertThat(TimelessForm.of(changed, SAME)).as("%s", input).isNotEqualTo(base);
        }
        assertThat(TimelessForm.of(leader, SAME)).isEqualTo(base);
    }

    /** Voting for one of two others is, with their names exchanged, voting for the other. */
    @Test
    void aCoreUnderOtherNamesIsTheOneOfTheOtherStory() {
        Scene forTwo = Scene.of(nameless());
        forTwo.receive(Scene.requestVote(2, 1, 0, 0)).settle();
        Scene forThree = Scene.of(nameless());
        forThree.receive(Scene.requestVote(3, 1, 0, 0)).settle();
        assertThat(TimelessForm.of(forTwo.raft(), SAME)).isNotEqualTo(TimelessForm.of(forThree.raft(), SAME));
        assertThat(TimelessForm.of(forTwo.raft(), TimelessFormTest::exchanged))
                .isEqualTo(TimelessForm.of(forThree.raft(), SAME));
    }

    /** What a leader knows of each follower stands in the order of the names. */
    @Test
    void aLeaderUnderOtherNamesKnowsTheSameOfTheOthers() {
        Scene twoHolds = Scene.of(nameless()).lead();
        twoHolds.acknowledge(2, 1).settle();
        Scene threeHolds = Scene.of(nameless()).lead();
        threeHolds.acknowledge(3, 1).settle();
        assertThat(twoHolds.raft().matchIndex(2)).isEqualTo(1);
        assertThat(TimelessForm.of(twoHolds.raft(), SAME)).isNotEqualTo(TimelessForm.of(threeHolds.raft(), SAME));
        assertThat(TimelessForm.of(twoHolds.raft(), TimelessFormTest::exchanged))
                .isEqualTo(TimelessForm.of(threeHolds.raft(), SAME));
    }

    /** Nothing but the id tells members apart, and it is the incarnation, too. */
    private static Membership nameless() {
        return Membership.ofVoters(List.of(
                new Member(1, 1, "", List.of()), new Member(2, 2, "", List.of()), new Member(3, 3, "", List.of())));
    }

    @Test
    void aMessageUnderOtherNamesIsFromAnother() {
        Message fromTwo = Scene.requestVote(2, 4, 3, 2);
        Message fromThree = Scene.requestVote(3, 4, 3, 2);
        assertThat(TimelessForm.of(fromTwo, TimelessFormTest::exchanged)).isEqualTo(TimelessForm.of(fromThree, SAME));
        assertThat(TimelessForm.of(fromTwo, SAME)).isNotEqualTo(TimelessForm.of(fromThree, SAME));
    }
}
