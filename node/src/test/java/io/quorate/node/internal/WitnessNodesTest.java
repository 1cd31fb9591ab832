package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.Outcome;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.SavedState;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.RecordKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three nodes that hold data and a witness, with a snapshot every twenty entries, and a tail of five. */
@SuppressWarnings("FutureReturnValueIgnored")
class WitnessNodesTest {
    private static final long WITNESS = 4;
    private static final int ENTRIES = 20;
    private static final int TAIL = 5;
    private static final RaftOptions OPTIONS = RaftOptions.builder()
            .snapshotEntries(ENTRIES)
            .snapshotMillis(0)
            .tailEntries(TAIL)
            .build();

    private int written;

    private static Trio withWitness(boolean quick) {
        return new Trio(4, OPTIONS, quick, KnownKeys.Limits.DEFAULTS, WITNESS);
    }

    private void write(Trio trio, Trio.Node node, int count) {
        List<CompletableFuture<Outcome<Integer>>> outcomes = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            outcomes.add(node.handle.propose(Trio.text("t" + written++)));
            trio.time.runMillis(5);
        }
        trio.time.runMillis(50);
        outcomes.forEach(outcome -> assertThat(outcome.join()).isInstanceOf(Applied.class));
    }

    private static List<Trio.Node> followers(Trio trio, Trio.Node leader) {
        return trio.nodes.values().stream()
                .filter(node -> node != leader && node.member.id() != WITNESS)
                .toList();
    }

    /** What it may hold: that there are commands, and everything else whole. */
    private static void assertHoldsNoCommand(Trio trio) {
        Trio.Node witness = trio.node(WITNESS);
        assertThat(witness.machine.texts).isEmpty();
        assertThat(witness.machine.restores).isZero();
        assertThat(witness.log.touched)
                .as("what filters are made of: the entry before all commands")
                .allMatch(told -> told.get(1) <= 1 && told.size() == 2);
        for (ByteBuffer record : witness.log.records()) {
            boolean isCommand = LogRecord.kind(record, 0) == RecordKind.ENTRY;
            assertThat(LogRecord.isWithheld(record, 0)).isEqualTo(isCommand);
            assertThat(isCommand ? LogRecord.payloadBytes(record, 0) : 0).isZero();
            assertThat(LogRecord.flaw(record, 0, record.limit())).isNull();
        }
    }

    private void assertAllHeld(Trio trio) {
        for (Trio.Node node : trio.nodes.values()) {
            if (node.member.id() != WITNESS) {
                assertThat(node.machine.texts).as(node.member.name()).hasSize(written);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withOneMemberDownItsWordCompletesTheMajority(boolean quick) {
        Trio trio = withWitness(quick);
        Trio.Node leader = trio.awaitLeader(5000);
        assertThat(leader.member.id()).isNotEqualTo(WITNESS);
        followers(trio, leader).get(0).crash();
        write(trio, leader, 10);
        assertThat(trio.node(WITNESS).log.lastIndex()).isEqualTo(leader.log.lastIndex());
        assertHoldsNoCommand(trio);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itVotesForWhoeverHoldsTheWrites(boolean quick) {
        Trio trio = withWitness(quick);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node late = followers(trio, leader).get(0);
        late.crash();
        write(trio, leader, 10);
        late.start();
        leader.crash();
        Trio.Node next = trio.awaitLeader(10_000);
        trio.time.runMillis(500);
        assertThat(next.member.id()).isNotEqualTo(WITNESS);
        assertThat(next.machine.texts).hasSize(written);
        write(trio, next, 5);
        assertHoldsNoCommand(trio);
    }

    @Test
    void itServesNothing() {
        Trio trio = withWitness(true);
        write(trio, trio.awaitLeader(5000), 1);
        NodeHandle<Integer> witness = trio.node(WITNESS).handle;
        for (Consistency kind : List.of(
                Consistency.LINEARIZABLE,
                Consistency.LEASE,
                Consistency.atLeast(0),
                Consistency.within(Duration.ofHours(1)),
                Consistency.LOCAL)) {
            CompletableFuture<ReadOutcome<Integer>> read = witness.read(kind, () -> 1);
            trio.time.runMillis(5);
            assertThat(read.join()).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                    .isEqualTo(Refused.Reason.WITNESS));
        }
        CompletableFuture<Outcome<Integer>> write = witness.propose(Trio.text("x"));
        CompletableFuture<ReadOutcome<SavedState>> saved = witness.save();
        trio.time.runMillis(5);
        assertThat(write.join()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Refused.Reason.WITNESS);
            assertThat(refused.leader()).as("where to go").isNotNull();
        });
        assertThat(saved.join()).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itsLogStaysBoundedByEmptySnapshotsOfItsOwn(boolean quick) {
        Trio trio = withWitness(quick);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node witness = trio.node(WITNESS);
        write(trio, leader, 10 * ENTRIES);
        assertThat(witness.log.lastIndex() - witness.log.firstIndex()).isLessThan(2 * ENTRIES + TAIL);
        assertThat(witness.log.mark().index()).isGreaterThan(8 * ENTRIES);

        witness.crash();
        witness.start();
        trio.time.runMillis(500);
        followers(trio, leader).get(0).crash();
        write(trio, leader, 10);
        assertHoldsNoCommand(trio);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNotRetainedAnyMoreItTakesTheMarkOf(boolean quick) {
        Trio trio = withWitness(quick);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node witness = trio.node(WITNESS);
        witness.crash();
        write(trio, leader, 5 * ENTRIES);
        assertThat(leader.log.firstIndex()).isGreaterThan(1);
        witness.start();
        trio.time.runMillis(2000);
        assertThat(witness.log.lastIndex()).isEqualTo(leader.log.lastIndex());
        assertThat(witness.log.firstIndex()).isGreaterThan(1);
        trio.nodes.values().forEach(node -> assertThat(trio.peers(node).piecesSent).isZero());

        followers(trio, leader).get(0).crash();
        write(trio, leader, 10);
        witness.crash();
        witness.start();
        trio.time.runMillis(500);
        write(trio, leader, 10);
        assertHoldsNoCommand(trio);
    }

    @Test
    void nobodyGetsASnapshotFromIt() {
        Trio trio = withWitness(true);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node late = followers(trio, leader).get(0);
        late.crash();
        write(trio, leader, 5 * ENTRIES);
        late.start();
        trio.time.runMillis(3000);
        assertAllHeld(trio);
        assertThat(late.machine.restores).isPositive();
        assertThat(trio.peers(trio.node(WITNESS)).piecesSent).isZero();
    }
}
