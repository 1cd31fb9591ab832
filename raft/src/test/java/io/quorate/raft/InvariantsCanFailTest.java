package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.Invariant.View;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Each invariant, broken on purpose, is found broken, and no other with it: a check that cannot fail checks nothing. What no
 * input brings about is done to a core from within, or two pictures are compared that no life has in that order.
 */
final class InvariantsCanFailTest {
    private static final TreeSet<Invariant> BROKEN = new TreeSet<>();

    @AfterAll
    static void everyInvariantWasBroken() {
        assertThat(BROKEN).containsExactly(Invariant.values());
    }

    private static void assertBroken(Invariant invariant, View before, View after) {
        assertThat(Invariant.violated(before, after)).containsExactly(invariant);
        BROKEN.add(invariant);
    }

    /** One core before and after something that must not happen to it. */
    private static void assertBroken(Invariant invariant, Scene scene, Consumer<Raft> by) {
        View before = view(scene);
        assertThat(Invariant.violated(before, view(scene))).isEmpty();
        by.accept(scene.raft());
        assertBroken(invariant, before, view(scene));
    }

    /** What may happen to a core, seen backwards. */
    private static void assertIrreversible(Invariant invariant, Scene scene, Consumer<Scene> step) {
        View earlier = view(scene);
        step.accept(scene);
        View later = view(scene);
        assertThat(Invariant.violated(earlier, later)).isEmpty();
        assertBroken(invariant, /* before= */ later, /* after= */ earlier);
    }

    private static View view(Scene scene) {
        return Invariant.observe(scene.raft());
    }

    private static Scene led(int size) {
        return Scene.of(size).lead();
    }

    private static Scene applying(boolean appliesFromMemory) {
        return Scene.of(
                3, new RaftConfig(0, 1, 101, 10, 100, true, true, 10_000, 1000, 3000, 4, 4, 0, appliesFromMemory));
    }

    /** A picture of what no core can be brought to, not even from within. */
    private static View forged(View view, String field, Object value) {
        try {
            Field forged = View.class.getDeclaredField(field);
            forged.setAccessible(true);
            forged.set(view, value);
            return view;
        } catch (ReflectiveOperationException renamed) {
            throw new LinkageError("a view has no such field: " + field, renamed);
        }
    }

    // ---- what never goes back

    @Test
    void whatRisesFalls() {
        assertIrreversible(Invariant.TERM_NEVER_FALLS, Scene.of(3).log(1), scene -> scene.receive(Scene.vote(2, 2)));
        assertIrreversible(
                Invariant.COMMIT_NEVER_FALLS, Scene.of(3).log(1), scene -> scene.heartbeat(2, 1, 1, 1, 1, 0));
        Scene committed = Scene.of(3).log(1).committed(1);
        committed.settle();
        assertIrreversible(Invariant.APPLIED_NEVER_FALLS, committed, Scene::apply);
        assertIrreversible(Invariant.MATCH_NEVER_FALLS, led(5), scene -> scene.acknowledge(2, 1));
    }

    @Test
    void aTermHasTwoVotesOrTwoLeaders() {
        Scene two = Scene.of(3).receive(Scene.requestVote(2, 1, 0, 0));
        Scene three = Scene.of(3).receive(Scene.requestVote(3, 1, 0, 0));
        assertBroken(Invariant.VOTE_IS_GIVEN_ONCE, view(two), view(three));

        Scene followsTwo = Scene.of(3).heartbeat(2, 1, 0, 0, 0, 0);
        Scene followsThree = Scene.of(3).heartbeat(3, 1, 0, 0, 0, 0);
        assertBroken(Invariant.LEADER_OF_A_TERM_STAYS, view(followsTwo), view(followsThree));
    }

    // ---- the log

    @Test
    void entriesAreReplacedOrDropped() {
        Scene one = Scene.of(3).term(2, 0).log(1, 1).committed(1);
        Scene other = Scene.of(3).term(2, 0).log(2, 2).committed(1);
        assertBroken(Invariant.COMMITTED_ENTRIES_STAY, view(one), view(other));
        assertIrreversible(Invariant.LEADER_APPENDS_ONLY, led(3), scene -> scene.propose(1));
    }

    @Test
    void aLeaderCommitsByCountingAnEarlierTerm() {
        assertBroken(Invariant.LEADER_COMMITS_OWN_TERM, Scene.of(3).log(1, 1).lead(), leader -> leader.commitTo(1));
    }

    @Test
    void indexesLoseTheirOrder() {
        assertBroken(Invariant.INDEXES_ARE_ORDERED, Scene.of(3).log(1), core -> core.commitTo(2));
        Scene verified = Scene.of(3).append(2, 1, 0, 0, 0, 1, 1);
        assertBroken(
                Invariant.VERIFIED_IS_IN_THE_LOG, verified, core -> core.log().truncate(2));
    }

    @Test
    void termsFallAlongTheLogOrRunAhead() {
        assertBroken(Invariant.TERMS_RISE_ALONG_THE_LOG, Scene.of(3).log(1, 3), core -> core.log()
                .append(2, 40));
        assertBroken(Invariant.TERMS_RISE_ALONG_THE_LOG, Scene.of(3).log(1, 3), core -> core.log()
                .append(4, 40));
    }

    // ---- roles

    @Test
    void aLeaderGoesBackToCampaign() {
        Scene scene = Scene.of(3, Scene.without(false, true));
        scene.member.timeOut();
        View candidate = view(scene);
        scene.settle();
        scene.receive(Scene.vote(2, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.LEADER);
        assertBroken(Invariant.ROLES_CHANGE_BY_THE_TABLE, view(scene), candidate);
    }

    /** All but the disk says that it leads. */
    @Test
    void oneLeadsWhoseOwnVoteIsNotDurable() {
        Scene leader = led(3);
        Scene scene = Scene.of(3, Scene.without(false, true)).log(1);
        scene.member.timeOut();
        View candidate = view(scene);
        scene.raft().follow(Scene.SELF);
        assertBroken(Invariant.LEADER_VOTED_FOR_ITSELF, candidate, playedBy(scene, leader));
        scene.raft().drain();
        scene.raft().persisted(1);
        assertThat(Invariant.violated(candidate, playedBy(scene, leader))).isEmpty();
    }

    private static View playedBy(Scene scene, Scene role) {
        return new View(scene.raft(), role.raft().roleObject().copy(scene.raft()));
    }

    @Test
    void aCandidateKnowsALeaderOrIsNoVoter() {
        Scene candidate = Scene.of(3, Scene.without(false, true));
        candidate.member.timeOut();
        assertBroken(Invariant.CANDIDATE_VOTED_FOR_ITSELF, candidate, core -> core.follow(2));

        Scene removed = Scene.of(3);
        removed.member.timeOut();
        assertBroken(Invariant.ONLY_VOTERS_CAMPAIGN, view(removed), forged(view(removed), "isVoter", false));
    }

    @Test
    void aDamagedMemberLeadsOrItsDamageComesOutOfNothing() {
        View leading = forged(forged(view(led(3)), "isDamaged", true), "lostThrough", 99L);
        assertBroken(Invariant.DAMAGED_STAYS_OUT, leading, leading);

        View whole = view(Scene.of(3));
        assertBroken(Invariant.DAMAGE_ENDS_ONCE, whole, forged(view(Scene.of(3)), "lostThrough", 99L));
    }

    @Test
    void aFollowerIsCountedForWhatItHasNotVerified() {
        AppendAnswer impossible = new AppendAnswer(0, 2, 1, 1, 0, 1, 0, 0, 0, 0);
        assertBroken(Invariant.NEXT_IS_ABOVE_MATCH, led(3), core -> ((Leader) core.roleObject())
                .follower(1)
                .answered(impossible, core));
    }

    // ---- the ring, the state machine and reads

    @Test
    void theRingLetsGoTooEarlyOrHoldsTooMuch() {
        Scene notPersisted = Scene.of(3).append(2, 1, 0, 0, 0, 1);
        assertBroken(Invariant.RING_HOLDS_WHAT_IS_OPEN, notPersisted, core -> core.log()
                .dropRingFirst());
        assertBroken(Invariant.RING_IS_BOUNDED, Scene.of(3).log(1), core -> core.log()
                .append(1, 20_000));
    }

    @Test
    void aStateMachineWithFilesIsAheadOfItsLog() {
        Scene files = applying(false).append(2, 1, 0, 0, 0, 1);
        assertBroken(Invariant.OWN_FILES_APPLY_WHAT_IS_PERSISTED, files, core -> core.applied(1));
        Scene memory = applying(true).append(2, 1, 0, 0, 0, 1);
        View before = view(memory);
        memory.raft().applied(1);
        assertThat(Invariant.violated(before, view(memory))).isEmpty();
    }

    @Test
    void moreReadsWaitThanMay() {
        assertBroken(Invariant.READS_ARE_BOUNDED, Scene.of(3), core -> {
            for (long token : List.of(1L, 2L, 3L, 4L, 5L)) {
                core.reads().add(token);
            }
        });
    }

    // ---- snapshots

    private static Scene applied(long... terms) {
        Scene scene = Scene.of(3).log(terms).committed(terms.length);
        scene.settle();
        return scene.apply();
    }

    private static void take(Scene scene, long index) {
        assertThat(scene.raft().snapshotTaken(scene.raft().markAt(index))).isTrue();
    }

    @Test
    void aMarkFallsOrIsNotCommittedOrNotInTheLog() {
        assertIrreversible(Invariant.MARKS_NEVER_FALL, applied(1, 1), scene -> take(scene, 1));
        Scene plain = applied(1, 1);
        assertBroken(Invariant.MARK_IS_COMMITTED, view(plain), forged(view(plain), "durableMarkIndex", 1));
        Scene taken = applied(1, 1);
        take(taken, 1);
        assertBroken(Invariant.MARK_IS_IN_THE_LOG, view(taken), forged(view(taken), "termAtMark", 7));
    }

    @Test
    void aSnapshotIsTakenOfWhatIsNotPersisted() {
        Scene scene = applied(1, 1);
        View before = view(scene);
        take(scene, 1);
        assertThat(Invariant.violated(before, view(scene))).isEmpty();
        assertBroken(Invariant.TAKEN_IS_APPLIED_AND_PERSISTED, before, forged(view(scene), "persistedIndex", 0));
    }

    @Test
    void entriesGoBeforeTheMarkThatCoversThemIsDurable() {
        Scene scene = applied(1, 1, 1);
        take(scene, 2);
        assertBroken(
                Invariant.WHAT_IS_GONE_IS_COVERED, scene, core -> core.log().dropBefore(2));
    }

    @Test
    void entriesAreHandedOutBeforeTheSnapshotIsRestored() {
        Scene scene = Scene.of(3);
        SnapshotMark mark = new SnapshotMark(5, 1, Scene.voters(3));
        assertThat(scene.raft().snapshotReceived(mark, 1)).isTrue();
        assertBroken(Invariant.NOTHING_IS_HANDED_OUT_BEFORE_RESTORED, view(scene), forged(view(scene), "handedOut", 3));
    }

    @Test
    void aSnapshotIsForWhoNeedsNone() {
        Scene scene = led(3);
        assertBroken(
                Invariant.SNAPSHOT_IS_FOR_WHO_LACKS_WHAT_IS_GONE,
                view(scene),
                forged(view(scene), "getsSnapshot", new boolean[] {false, true, false}));
    }

    // ---- members

    /** The same voters; the third lives elsewhere since that index. */
    private static Membership moved(long index) {
        List<Member> members = new ArrayList<>(Scene.members(3));
        Member third = members.get(2);
        members.set(2, new Member(third.id(), third.incarnation(), third.name(), List.of("since " + index)));
        return new Membership(members, List.of(1L, 2L, 3L), List.of(), List.of(), List.of(), index);
    }

    @Test
    void votersChangeWithoutBothHalves() {
        Membership others = new Membership(Scene.members(3), List.of(2L, 3L), List.of(), List.of(), List.of(), 1);
        assertBroken(Invariant.VOTERS_CHANGE_BY_BOTH_HALVES, Scene.of(3).log(1), core -> core.addMembership(1, others));
    }

    @Test
    void aMemberDecidesByAnOlderMembership() {
        assertBroken(Invariant.DECIDES_BY_NEWEST_MEMBERSHIP, Scene.of(3).log(1), core -> core.log()
                .addMembership(1, moved(1)));
    }

    @Test
    void aLeaderChangesTheMembershipTooEarlyOrTwice() {
        assertBroken(Invariant.CHANGE_WAITS_FOR_THE_TERM, led(3), core -> core.appendMembership(moved(2)));
        Scene scene = Scene.of(3).leadAndCommit();
        scene.raft().appendMembership(moved(2));
        assertBroken(Invariant.ONE_CHANGE_AT_A_TIME, scene, core -> core.appendMembership(moved(3)));
    }

    @Test
    void aRemovedLeaderStays() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.settle();
        assertBroken(Invariant.LEADER_GOES_WHEN_REMOVED, view(scene), forged(view(scene), "isVoter", false));
    }

    @Test
    void aLogGrowsBehindTimeoutNow() {
        Scene scene = Scene.of(3).leadAndCommit();
        assertThat(scene.raft().transfer(2)).isNull();
        assertThat(Scene.all(scene.settle(), Message.TimeoutNow.class)).hasSize(1);
        assertBroken(Invariant.NOTHING_IS_TAKEN_WHILE_HANDING_OVER, scene, core -> core.log()
                .append(core.currentTerm(), 40));
    }
}
