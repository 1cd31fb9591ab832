package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.MembershipChange;
import io.quorate.node.Outcome;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.SavedState;
import io.quorate.node.Served;
import io.quorate.node.SnapshotStatus;
import io.quorate.node.TransferOutcome;
import io.quorate.node.Unknown;
import io.quorate.raft.Recording;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole nodes with a snapshot every twenty entries, and a tail of five. */
@SuppressWarnings("FutureReturnValueIgnored")
class SnapshotsTest {
    private static final List<Consistency> EVERY_KIND = List.of(
            Consistency.LINEARIZABLE,
            Consistency.LEASE,
            Consistency.atLeast(0),
            Consistency.within(Duration.ofHours(1)),
            Consistency.LOCAL);

    private static final int ENTRIES = 20;
    private static final int TAIL = 5;
    private static final RaftOptions OPTIONS = RaftOptions.builder()
            .snapshotEntries(ENTRIES)
            .snapshotMillis(0)
            .tailEntries(TAIL)
            .build();

    private int written;

    private void write(Trio trio, Trio.Node node, int count) {
        List<CompletableFuture<Outcome<Integer>>> outcomes = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            outcomes.add(node.handle.propose(Trio.text("t" + written++)));
            trio.time.runMillis(5);
        }
        trio.time.runMillis(50);
        outcomes.forEach(outcome -> assertThat(outcome.join()).isInstanceOf(Applied.class));
    }

    private static SnapshotStatus snapshots(Trio trio, Trio.Node node) {
        var status = node.handle.status();
        trio.time.runMillis(1);
        return status.join().snapshots();
    }

    private static Trio.Node follower(Trio trio, Trio.Node leader) {
        return trio.nodes.values().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
    }

    private static Trio.Node other(Trio trio, Trio.Node one, Trio.Node two) {
        return trio.nodes.values().stream()
                .filter(node -> node != one && node != two)
                .findFirst()
                .orElseThrow();
    }

    private void assertSame(Trio trio) {
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(node.machine.texts).as(node.member.name()).hasSize(written);
            for (int k = 0; k < written; k++) {
                assertThat(node.machine.texts.get(k)).isEqualTo("t" + k);
            }
            Recording.replay(node.recording.toByteArray());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void logsStayBoundedAndAStartRestoresTheSnapshotThenTheTail(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        for (int k = 0; k < 20; k++) {
            write(trio, leader, 10);
            for (Trio.Node node : trio.nodes.values()) {
                assertThat(node.log.lastIndex() - node.log.firstIndex())
                        .as("entries kept by %s", node.member.name())
                        .isLessThan(ENTRIES + TAIL + 10);
                assertThat(node.snapshots.files).hasSizeLessThanOrEqualTo(2);
            }
        }
        assertThat(leader.log.mark().index()).isGreaterThan(150);
        trio.nodes.values().forEach(Trio.Node::crash);
        trio.nodes.values().forEach(Trio.Node::start);
        trio.awaitLeader(5000);
        trio.time.runMillis(500);
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(node.machine.restores).isEqualTo(1);
        }
        assertSame(trio);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whileAStartRestoresReadsAreRefusedAndVotesAndAppendsGoOn(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, 50);
        trio.nodes.values().forEach(Trio.Node::crash);
        trio.nodes.values().forEach(node -> node.snapshots.stalled = true);
        trio.nodes.values().forEach(Trio.Node::start);
        Trio.Node next = trio.awaitLeader(5000);
        CompletableFuture<Outcome<Integer>> outcome = next.handle.propose(Trio.text("t" + written++));
        trio.time.runMillis(200);
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(node.log.commands()).contains("t50");
            assertThat(snapshots(trio, node).restoring())
                    .isEqualTo(node.log.mark().index());
            for (Consistency consistency : EVERY_KIND) {
                CompletableFuture<ReadOutcome<Integer>> read =
                        node.handle.read(consistency, () -> node.machine.texts.size());
                trio.time.runMillis(1);
                assertThat(read.join()).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Refused.Reason.RESTORING));
            }
        }
        assertThat(outcome).isNotDone();
        trio.nodes.values().forEach(node -> node.snapshots.goOn());
        trio.time.runMillis(500);
        assertThat(outcome.join()).isInstanceOf(Applied.class);
        CompletableFuture<ReadOutcome<Integer>> read =
                next.handle.read(Consistency.LINEARIZABLE, () -> next.machine.texts.size());
        trio.time.runMillis(100);
        assertThat(((Served<Integer>) read.join()).value()).isEqualTo(51);
        assertSame(trio);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatMissedWhatIsForgottenCatchesUpByASnapshotFromAFollowerUnderWrites(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, 10);
        Trio.Node late = follower(trio, leader);
        late.crash();
        write(trio, leader, 5 * ENTRIES);
        late.start();
        write(trio, leader, 3 * ENTRIES);
        trio.time.runMillis(1000);
        assertSame(trio);
        assertThat(late.machine.restores).isEqualTo(1);
        assertThat(trio.peers(leader).piecesSent).isZero();
        assertThat(trio.peers(other(trio, leader, late)).piecesSent).isPositive();
        assertThat(late.snapshots.begun).containsExactly(0L);
    }

    @Test
    void theLeaderSendsWhereNoFollowerHasOne() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node late = follower(trio, leader);
        other(trio, leader, late).snapshots.full = true;
        late.crash();
        write(trio, leader, 5 * ENTRIES);
        late.start();
        trio.time.runMillis(2000);
        assertSame(trio);
        assertThat(trio.peers(leader).piecesSent).isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBrokenConnectionARestartAndAnotherLeaderCostNothingOfWhatIsHere(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, 10);
        Trio.Node late = follower(trio, leader);
        Trio.Node source = other(trio, leader, late);
        late.crash();
        write(trio, leader, 20 * ENTRIES);
        trio.peers(source).piecesUntilBreak = 14;
        late.start();
        trio.time.runMillis(1500);
        assertThat(late.snapshots.begun).hasSize(2);
        assertThat(late.snapshots.begun.get(1)).as("where it went on").isPositive();
        assertSame(trio);

        late.crash();
        write(trio, leader, 20 * ENTRIES);
        late.snapshots.begun.clear();
        late.start();
        // In the middle: the source has sent some pieces, then its process and the leader's lose the follower.
        int before = trio.peers(source).piecesSent;
        for (int k = 0; k < 3000 && trio.peers(source).piecesSent < before + 14; k++) {
            trio.time.runMillis(1);
        }
        late.crash();
        leader.crash();
        late.start();
        Trio.Node next = trio.awaitLeader(5000);
        assertThat(next).isSameAs(source);
        trio.time.runMillis(2000);
        assertThat(late.snapshots.begun).hasSize(2);
        assertThat(late.snapshots.begun.get(1)).as("where it went on").isPositive();
        leader.start();
        trio.time.runMillis(3000);
        assertSame(trio);
    }

    /** A store looks through what is here of a snapshot, and so through the whole of a large one, before it answers. */
    @Test
    void howeverLongTheOwnDiskTakesTheSourceIsNotBlamed() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node late = follower(trio, leader);
        late.crash();
        write(trio, leader, 5 * ENTRIES);
        late.snapshots.stalled = true;
        late.start();
        trio.time.runMillis(100_000);
        assertThat(late.snapshots.askedToReceive).isEqualTo(1);
        late.snapshots.goOn();
        trio.time.runMillis(2000);
        assertThat(late.snapshots.begun).containsExactly(0L);
        assertSame(trio);
    }

    /** What it holds is of long ago: nothing at all in a new member. */
    @Test
    void whileASnapshotIsFetchedReadsAreRefused() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node late = follower(trio, leader);
        late.crash();
        write(trio, leader, 5 * ENTRIES);
        late.snapshots.stalled = true;
        late.start();
        trio.time.runMillis(1000);
        assertThat(snapshots(trio, late).fetching()).isPositive();
        for (Consistency consistency : EVERY_KIND) {
            CompletableFuture<ReadOutcome<Integer>> read =
                    late.handle.read(consistency, () -> late.machine.texts.size());
            trio.time.runMillis(1);
            assertThat(read.join()).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                    .isEqualTo(Refused.Reason.RESTORING));
        }
        late.snapshots.goOn();
        trio.time.runMillis(2000);
        CompletableFuture<ReadOutcome<Integer>> read =
                late.handle.read(Consistency.LOCAL, () -> late.machine.texts.size());
        trio.time.runMillis(1);
        assertThat(((Served<Integer>) read.join()).value()).isEqualTo(written);
    }

    @Test
    void whoStopsHandsOverToAMemberThatCanLeadNotToThePreferredOneThatLags() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node late = follower(trio, leader);
        Trio.Node ready = other(trio, leader, late);
        late.crash();
        write(trio, leader, 5 * ENTRIES);
        late.snapshots.stalled = true;
        late.start();
        trio.time.runMillis(1000);
        leader.handle.change(MembershipChange.of(new MembershipChange.Prioritise(late.member.id(), 9)));
        trio.time.runMillis(500);
        CompletableFuture<TransferOutcome> outcome = leader.handle.transferLeadership(0);
        trio.time.runMillis(1000);
        assertThat(outcome.join()).isInstanceOf(TransferOutcome.Transferred.class);
        assertThat(trio.awaitLeader(1)).isSameAs(ready);
        late.snapshots.goOn();
        trio.time.runMillis(2000);
        assertSame(trio);
    }

    @Test
    void aSaveThatIsNotOpenedYetEndsWithItsNode() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, 5 * ENTRIES);
        leader.snapshots.stalled = true;
        CompletableFuture<ReadOutcome<SavedState>> saved = leader.handle.save();
        trio.time.runMillis(100);
        assertThat(saved).isNotDone();
        leader.handle.close();
        trio.time.runMillis(5_000);
        assertThat(saved).isDone();
    }

    @Test
    void aSourceThatBreaksOffWhereverItIsAskedIsLeftForTheNext() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node late = follower(trio, leader);
        late.crash();
        write(trio, leader, 5 * ENTRIES);
        trio.peers(other(trio, leader, late)).breaksAlways = true;
        late.start();
        trio.time.runMillis(5000);
        assertThat(trio.peers(leader).piecesSent).isPositive();
        assertSame(trio);
    }

    @Test
    void whereTheNewestIsDamagedAnotherIsTakenWithTheNextEntry() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node late = follower(trio, leader);
        late.crash();
        write(trio, leader, 5 * ENTRIES);
        long spoiled = leader.snapshots.files.lastKey();
        for (Trio.Node node : List.of(leader, other(trio, leader, late))) {
            node.snapshots.damaged = node.snapshots.files.lastKey();
        }
        late.start();
        trio.time.runMillis(2000);
        assertThat(trio.peers(leader).piecesSent).isZero();
        write(trio, leader, 1);
        trio.time.runMillis(5000);
        assertThat(leader.snapshots.files.lastKey()).isGreaterThan(spoiled);
        assertSame(trio);
    }

    @Test
    void aFullDiskHurtsNothingAndItIsTriedAgain() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        leader.snapshots.full = true;
        write(trio, leader, 5 * ENTRIES);
        assertThat(leader.log.firstIndex()).isEqualTo(1);
        assertThat(leader.snapshots.files).isEmpty();
        leader.snapshots.full = false;
        trio.time.runMillis(11_000);
        assertThat(leader.snapshots.files).hasSize(1);
        assertThat(leader.log.firstIndex()).isGreaterThan(4 * ENTRIES);

        Trio.Node late = follower(trio, leader);
        late.crash();
        write(trio, leader, 5 * ENTRIES);
        late.snapshots.full = true;
        late.start();
        trio.time.runMillis(4000);
        assertThat(late.machine.restores).isEqualTo(1);
        assertThat(late.machine.texts).hasSizeLessThan(written);
        late.snapshots.full = false;
        trio.time.runMillis(6000);
        assertSame(trio);
    }

    @Test
    void timeAndBytesCallForOneToo() {
        Trio byTime = new Trio(1, RaftOptions.builder().snapshotMillis(5000).build(), true);
        Trio.Node node = byTime.awaitLeader(5000);
        write(byTime, node, 1);
        byTime.time.runMillis(6000);
        assertThat(node.snapshots.files).hasSize(1);
        byTime.time.runMillis(20_000);
        assertThat(node.snapshots.files.lastKey()).as("nothing new, no new one").isEqualTo(2L);

        written = 0;
        Trio byBytes = new Trio(
                1, RaftOptions.builder().snapshotLogBytes(2048).tailBytes(512).build(), true);
        node = byBytes.awaitLeader(5000);
        write(byBytes, node, 200);
        assertThat(node.snapshots.files).hasSizeBetween(1, 2);
        assertThat(node.log.lastIndex() - node.log.firstIndex()).isLessThan((2048 + 512) / 40 + 20);
    }

    @Test
    void snapshotsAreTakenBetweenCommandsNotWithinALongOne() {
        Trio trio = new Trio(1, OPTIONS, true);
        trio.turnNanos = 1000;
        Trio.Node node = trio.awaitLeader(5000);
        for (int k = 0; k < 10; k++) {
            node.handle.propose(Trio.text("t" + written++));
            node.handle.propose(Trio.text("long"));
        }
        trio.time.runMillis(5000);
        assertThat(node.machine.texts).hasSize(20);
        assertThat(node.snapshots.files).isNotEmpty();
    }

    @Test
    void aWriteThatASnapshotPassesIsUnknown() {
        Trio trio = new Trio(
                3,
                RaftOptions.builder()
                        .snapshotEntries(ENTRIES)
                        .tailEntries(0)
                        .forwardToLeader(true)
                        .requestTimeoutMillis(60_000)
                        .build(),
                true);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        Trio.Node late = follower(trio, leader);
        trio.peers(late).dropAppends = true;
        CompletableFuture<Outcome<Integer>> forwarded = late.handle.propose(Trio.text("t" + written++));
        trio.time.runMillis(1);
        write(trio, leader, 3 * ENTRIES);
        trio.peers(late).dropAppends = false;
        trio.time.runMillis(2000);
        assertThat(forwarded.join()).isEqualTo(new Unknown<Integer>(Unknown.Reason.PASSED_BY_SNAPSHOT));
        assertSame(trio);
    }

    @Test
    void theLogIsToldWhichEntriesTouchedWhichKeys() {
        for (boolean quick : new boolean[] {true, false}) {
            written = 0;
            Trio trio = new Trio(1, OPTIONS, quick);
            Trio.Node node = trio.awaitLeader(5000);
            write(trio, node, 30);
            long next = 1;
            List<Long> keys = new ArrayList<>();
            for (List<Long> told : node.log.touched) {
                assertThat(told.get(0)).isEqualTo(next);
                next = told.get(1) + 1;
                keys.addAll(told.subList(2, told.size()));
            }
            assertThat(next).isEqualTo(node.log.lastIndex() + 1);
            assertThat(keys).hasSize(30);
            assertThat(keys.get(7)).isEqualTo("t7".hashCode());
        }
    }

    @Test
    void aSaveForWhichThereIsNoRoomIsRefusedAndNothingIsLost() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        write(trio, leader, ENTRIES / 2);
        leader.snapshots.full = true;
        CompletableFuture<ReadOutcome<SavedState>> refused = leader.handle.save();
        trio.time.runMillis(1_000);
        assertThat(refused.join()).isInstanceOfSatisfying(Refused.class, why -> assertThat(why.reason())
                .isEqualTo(Refused.Reason.NO_SPACE));
        assertThat(snapshots(trio, leader).index()).isZero();
        leader.snapshots.full = false;
        write(trio, leader, 1);
        CompletableFuture<ReadOutcome<SavedState>> saved = leader.handle.save();
        trio.time.runMillis(30_000);
        assertThat(saved.join()).isInstanceOf(Served.class);
        assertSame(trio);
    }
}
