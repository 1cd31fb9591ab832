package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.IdempotencyKey;
import io.quorate.node.NodeStatus;
import io.quorate.node.Outcome;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.SavedState;
import io.quorate.node.Served;
import io.quorate.node.StateHashStatus;
import io.quorate.node.once.KnownKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole nodes that compare their states every sixteen entries, one of which has a fault. */
@SuppressWarnings("FutureReturnValueIgnored")
class DifferingStatesTest {
    private static final int INTERVAL = 16;

    private static final List<Consistency> EVERY_KIND = List.of(
            Consistency.LINEARIZABLE,
            Consistency.LEASE,
            Consistency.atLeast(0),
            Consistency.within(Duration.ofHours(1)),
            Consistency.LOCAL);

    private static final RaftOptions OPTIONS = RaftOptions.builder()
            .stateHashEntries(INTERVAL)
            .forwardToLeader(true)
            .build();

    private static final RaftOptions WITH_SNAPSHOTS =
            OPTIONS.toBuilder().snapshotEntries(10).snapshotMillis(0).tailEntries(0).build();

    private static void write(Trio trio, Trio.Node node, int count) {
        for (int k = 0; k < count; k++) {
            node.handle.propose(Trio.text("t" + k));
            trio.time.runMillis(3);
        }
        trio.time.runMillis(50);
    }

    private static StateHashStatus status(Trio trio, Trio.Node node) {
        CompletableFuture<NodeStatus> status = node.handle.status();
        trio.time.runMillis(1);
        return status.join().stateHash();
    }

    private static Trio.Node follower(Trio trio, Trio.Node leader) {
        return trio.nodes.values().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
    }

    private static Object read(Trio trio, Trio.Node node, Consistency consistency) {
        CompletableFuture<ReadOutcome<List<String>>> answer =
                node.handle.read(consistency, () -> List.copyOf(node.machine.texts));
        trio.time.runMillis(50);
        return answer.join();
    }

    private static void assertServesNothing(Trio trio, Trio.Node node) {
        for (Consistency kind : EVERY_KIND) {
            assertThat(read(trio, node, kind)).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                    .isEqualTo(Refused.Reason.STATE_DIFFERS));
        }
        CompletableFuture<Outcome<Integer>> write = node.handle.propose(Trio.text("no"));
        trio.time.runMillis(50);
        assertThat(write.join()).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo(Refused.Reason.STATE_DIFFERS));
    }

    private static long lastIndex(Trio.Node node) {
        return node.log.lastIndex();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void equalStatesAreFoundEqual(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, 100);
        for (Trio.Node node : trio.nodes.values()) {
            StateHashStatus status = status(trio, node);
            assertThat(status.agreedIndex()).isGreaterThanOrEqualTo(96);
            assertThat(status.problem()).isNull();
        }
        long last = lastIndex(leader);
        trio.time.runMillis(10_000);
        assertThat(lastIndex(leader)).as("who rests writes nothing").isEqualTo(last);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFollowerThatDiffersServesNothingAndNamesTheFirstIndex(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, 20);
        Trio.Node wrong = follower(trio, leader);
        long first = lastIndex(leader) + 1;
        wrong.machine.faults = 1;
        write(trio, leader, INTERVAL);
        StateHashStatus status = status(trio, wrong);
        assertThat(status.differs()).isTrue();
        assertThat(status.differsFrom()).isEqualTo(first);
        assertThat(status.sameThrough()).isEqualTo(first - 1);
        assertThat(status.problem()).contains("since entry " + first + ";");
        assertServesNothing(trio, wrong);
        assertThat(read(trio, leader, Consistency.LINEARIZABLE)).isInstanceOf(Served.class);
        assertThat(status(trio, leader).problem()).isNull();
    }

    /** A message holds 512 hashes: of some thousand entries a few are asked for first. */
    @Test
    void amongManyEntriesTheFirstIsFoundInEverSmallerSteps() {
        int interval = 2000;
        Trio trio = new Trio(3, OPTIONS.toBuilder().stateHashEntries(interval).build(), true);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, 2 * interval - 700);
        Trio.Node wrong = follower(trio, leader);
        long first = lastIndex(leader) + 1;
        wrong.machine.faults = 1;
        write(trio, leader, 800);
        assertThat(status(trio, wrong).differsAt()).isEqualTo(2 * interval);
        assertThat(status(trio, wrong).differsFrom()).isEqualTo(first);
        assertThat(status(trio, wrong).sameThrough()).isEqualTo(first - 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLeaderThatDiffersHandsOverAndNeverLeadsAgain(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node wrong = trio.awaitLeader(5000);
        write(trio, wrong, 5);
        long term = wrong.handle.leadership().term();
        wrong.machine.faults = 3;
        CompletableFuture<Outcome<Integer>> answered = wrong.handle.propose(Trio.text("a"));
        write(trio, wrong, INTERVAL);
        assertThat(answered.join()).as("before anybody could know").isInstanceOf(Applied.class);
        Trio.Node next = trio.awaitLeader(1000);
        assertThat(next).isNotSameAs(wrong);
        assertThat(next.handle.leadership().term()).as("without an election timeout").isEqualTo(term + 1);
        assertThat(status(trio, wrong).differsFrom()).isEqualTo(status(trio, wrong).sameThrough() + 1);
        assertServesNothing(trio, wrong);
        // It votes all the same: of three with one gone the other leads.
        next.crash();
        trio.time.runMillis(10_000);
        assertThat(trio.awaitLeader(1)).isNotSameAs(wrong).isNotSameAs(next);
    }

    @Test
    void whereNoMajorityIsTheSameNobodyIsStopped() {
        Trio trio = new Trio(2, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        follower(trio, leader).machine.faults = 1;
        write(trio, leader, 2 * INTERVAL);
        assertThat(status(trio, leader).undecidedIndex()).isEqualTo(2 * INTERVAL);
        assertThat(status(trio, leader).problem()).contains("nobody knows who is right");
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(status(trio, node).differs()).isFalse();
            assertThat(read(trio, node, Consistency.LINEARIZABLE)).isInstanceOf(Served.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMemberThatDiffersFindsItOutAgainWhenItStarts(boolean quick) {
        Trio trio = new Trio(3, WITH_SNAPSHOTS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, 4);
        Trio.Node wrong = follower(trio, leader);
        wrong.machine.faults = 1;
        write(trio, leader, INTERVAL + 5);
        assertThat(status(trio, wrong).differs()).isTrue();
        long snapshot = wrong.log.mark().index();
        write(trio, leader, 3 * INTERVAL);
        assertThat(wrong.log.mark().index()).as("it saves nothing any more").isEqualTo(snapshot);
        wrong.crash();
        wrong.start();
        trio.time.runMillis(3000);
        assertThat(wrong.machine.restores).isEqualTo(1);
        assertThat(status(trio, wrong).differs()).isTrue();
        assertServesNothing(trio, wrong);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoeverWasRestoredGoesOnWithTheOthers(boolean quick) {
        Trio trio = new Trio(3, WITH_SNAPSHOTS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node behind = follower(trio, leader);
        behind.crash();
        write(trio, leader, 60);
        behind.start();
        trio.time.runMillis(1000);
        assertThat(behind.machine.restores).isEqualTo(1);
        write(trio, leader, 3 * INTERVAL);
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(status(trio, node).agreedIndex()).isGreaterThanOrEqualTo(96);
            assertThat(status(trio, node).problem()).isNull();
        }
    }

    @Test
    void aCommandThatWasRepeatedAndNotAppliedIsTheSameForAll() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        for (int k = 0; k < 3 * INTERVAL; k++) {
            leader.handle.propose(
                    Trio.text("t" + k), IdempotencyKey.of(Instant.ofEpochMilli(Trio.NOON), "k" + k / 3));
            trio.time.runMillis(3);
        }
        trio.time.runMillis(100);
        assertThat(leader.machine.texts).hasSize(INTERVAL);
        assertThat(status(trio, leader).agreedIndex()).isGreaterThanOrEqualTo(3 * INTERVAL);
        trio.nodes.values()
                .forEach(node -> assertThat(status(trio, node).problem()).isNull());
    }

    @Test
    void switchedOffNothingIsWrittenAndNothingFound() {
        Trio trio = new Trio(3, OPTIONS.toBuilder().stateHashEntries(0).build(), true);
        Trio.Node leader = trio.awaitLeader(5000);
        follower(trio, leader).machine.faults = 1;
        write(trio, leader, 50);
        assertThat(lastIndex(leader)).isEqualTo(51);
        trio.nodes.values().forEach(node -> assertThat(status(trio, node)).isEqualTo(StateHashStatus.NONE));
    }

    /** Beside the leader that is wrong it would be a majority. */
    @Test
    void whoWasRestoredFromAWrongSnapshotConvictsNobody() {
        Trio trio = new Trio(3, WITH_SNAPSHOTS, true);
        Trio.Node wrong = trio.awaitLeader(5000);
        write(trio, wrong, 5);
        Trio.Node behind = follower(trio, wrong);
        behind.crash();
        Trio.Node right = trio.nodes.values().stream()
                .filter(node -> node != wrong && node != behind)
                .findFirst()
                .orElseThrow();
        wrong.machine.faults = 1;
        write(trio, wrong, 60);
        behind.start();
        trio.time.runMillis(1000);
        assertThat(behind.machine.restores).isEqualTo(1);
        for (int life = 1; life <= 2; life++) {
            write(trio, wrong, 3 * INTERVAL);
            assertThat(status(trio, right).differs()).as("life %d", life).isFalse();
            assertThat(status(trio, wrong).problem()).contains("nobody knows who is right");
            assertThat(status(trio, behind).notCompared()).contains("another member's");
            behind.crash();
            behind.start();
            trio.time.runMillis(1000);
        }
        assertThat(read(trio, right, Consistency.LINEARIZABLE)).isInstanceOf(Served.class);
    }

    @Test
    void whoWasRestoredCountsWhenAllHaveAgreed() {
        Trio trio = new Trio(3, WITH_SNAPSHOTS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        List<Trio.Node> others =
                trio.nodes.values().stream().filter(node -> node != leader).toList();
        others.get(0).crash();
        write(trio, leader, 40);
        others.get(0).start();
        trio.time.runMillis(1000);
        assertThat(others.get(0).machine.restores).isEqualTo(1);
        others.get(1).crash();
        write(trio, leader, 40);
        assertThat(status(trio, others.get(0)).notCompared()).as("beside the one that gave it").isNotNull();
        others.get(1).start();
        trio.time.runMillis(1000);
        write(trio, leader, 3 * INTERVAL);
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(status(trio, node).agreedIndex()).isGreaterThanOrEqualTo(112);
            assertThat(status(trio, node).notCompared()).isNull();
        }
    }

    @Test
    void aClusterOfSnapshotsWithoutAChainBeginsOne() {
        Trio trio = new Trio(3, WITH_SNAPSHOTS, true);
        write(trio, trio.awaitLeader(5000), 40);
        trio.nodes.values().forEach(Trio.Node::crash);
        for (Trio.Node node : trio.nodes.values()) {
            node.snapshots.files.values().forEach(file -> file.blocks()
                    .removeIf(block -> block.length > 0 && block[0] == 2));
            node.start();
        }
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(100);
        assertThat(status(trio, leader).notCompared()).isNotNull();
        write(trio, leader, 4 * INTERVAL);
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(status(trio, node).agreedIndex()).isGreaterThan(40);
            assertThat(status(trio, node).notCompared()).isNull();
        }
        Trio.Node wrong = follower(trio, leader);
        wrong.machine.faults = 1;
        write(trio, leader, 2 * INTERVAL);
        assertThat(status(trio, wrong).differs()).isTrue();
    }

    @Test
    void aLearnerThatDiffersFindsItOut() {
        Trio trio = new Trio(4, 3, OPTIONS, true, KnownKeys.Limits.DEFAULTS);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node learner = trio.node(4);
        write(trio, leader, 5);
        learner.machine.faults = 1;
        write(trio, leader, 2 * INTERVAL);
        assertThat(status(trio, learner).differsFrom())
                .isEqualTo(status(trio, learner).sameThrough() + 1);
        assertServesNothing(trio, learner);
        assertThat(status(trio, leader).problem()).isNull();
    }

    @Test
    void whereAVoterIsDownThatTwoDifferIsSaidAllTheSame() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node down = follower(trio, leader);
        down.crash();
        leader.machine.faults = 1;
        write(trio, leader, 3 * INTERVAL);
        assertThat(status(trio, leader).undecidedIndex()).isGreaterThanOrEqualTo(INTERVAL);
        assertThat(status(trio, leader).problem()).contains("nobody knows who is right");
        down.start();
        write(trio, leader, 3 * INTERVAL);
        assertThat(status(trio, leader).differs()).as("the third decides").isTrue();
    }

    @Test
    void whatAgreesIsWrittenOnce() {
        Trio trio = new Trio(5, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, 100);
        long last = lastIndex(leader);
        assertThat(last - 101).isEqualTo(last / INTERVAL);
    }

    @Test
    void aMemberThatMayHaveFoundOutInItsLastLifeGivesNoSnapshotAway() {
        Trio trio = new Trio(3, WITH_SNAPSHOTS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, 4);
        Trio.Node wrong = follower(trio, leader);
        wrong.machine.faults = 1;
        write(trio, leader, INTERVAL + 5);
        assertThat(status(trio, wrong).differs()).isTrue();
        wrong.crash();
        wrong.log.readsWait = true;
        wrong.start();
        trio.time.runMillis(50);
        assertThat(wrong.machine.restores).isEqualTo(1);
        assertThat(status(trio, wrong).differs()).as("not yet again").isFalse();
        CompletableFuture<ReadOutcome<SavedState>> saved = wrong.handle.save();
        trio.time.runMillis(50);
        assertThat(saved).isCompletedWithValueMatching(outcome -> outcome instanceof Refused<SavedState> refused
                && refused.reason() == Refused.Reason.RESTORING);
    }
}
