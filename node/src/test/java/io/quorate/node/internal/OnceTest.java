package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.IdempotencyKey;
import io.quorate.node.Outcome;
import io.quorate.node.RaftOptions;
import io.quorate.node.Refused;
import io.quorate.node.Unknown;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.port.LogRecord;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands with a key, among whole nodes. */
@SuppressWarnings("FutureReturnValueIgnored")
final class OnceTest {
    private static final RaftOptions OPTIONS = RaftOptions.builder()
            .snapshotEntries(20)
            .snapshotMillis(0)
            .tailEntries(5)
            .forwardToLeader(true)
            .build();

    private static Outcome<Integer> ask(Trio trio, Trio.Node node, String text, IdempotencyKey key) {
        CompletableFuture<Outcome<Integer>> outcome = node.handle.propose(Trio.text(text), key);
        for (int passed = 0; passed < 3000 && !outcome.isDone(); passed++) {
            trio.time.runMillis(1);
        }
        assertThat(outcome).isDone();
        return outcome.join();
    }

    private static Trio.Node follower(Trio trio, Trio.Node leader) {
        return trio.nodes.values().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
    }

    private static void write(Trio trio, Trio.Node node, int count) {
        for (int k = 0; k < count; k++) {
            node.handle.propose(Trio.text("filling"));
            trio.time.runMillis(5);
        }
        trio.time.runMillis(100);
    }

    /** On every node that runs. */
    private static void assertAppliedOnce(Trio trio, String text) {
        trio.time.runMillis(1000);
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(node.machine.texts.stream().filter(text::equals))
                    .as(node.member.name())
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whicheverMemberIsAskedARetryGetsTheFirstAnswer(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(100);
        IdempotencyKey key = leader.handle.newKey();
        Outcome<Integer> first = ask(trio, leader, "x", key);
        assertThat(first).isInstanceOf(Applied.class);
        ask(trio, leader, "other", leader.handle.newKey());
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(ask(trio, node, "x", key)).isEqualTo(first);
        }
        assertAppliedOnce(trio, "x");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyAttemptsAtOnceAreOneCommand(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(100);
        IdempotencyKey key = leader.handle.newKey();
        List<CompletableFuture<Outcome<Integer>>> outcomes = trio.nodes.values().stream()
                .flatMap(node -> List.of(
                        node.handle.propose(Trio.text("long x"), key), node.handle.propose(Trio.text("long x"), key))
                        .stream())
                .toList();
        trio.time.runMillis(3000);
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.join())
                .isEqualTo(outcomes.get(0).join()));
        assertThat(outcomes.get(0).join()).isInstanceOf(Applied.class);
        assertAppliedOnce(trio, "long x");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRetryIsKnownAfterAChangeOfLeadersARestartAndASnapshot(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(100);
        IdempotencyKey key = leader.handle.newKey();
        Outcome<Integer> first = ask(trio, leader, "x", key);
        leader.crash();
        Trio.Node next = trio.awaitLeader(5000);
        assertThat(ask(trio, next, "x", key)).isEqualTo(first);
        write(trio, next, 50);
        leader.start();
        trio.time.runMillis(3000);
        assertThat(leader.machine.restores)
                .as("the log does not reach back so far")
                .isPositive();
        assertThat(ask(trio, leader, "x", key)).isEqualTo(first);
        trio.nodes.values().forEach(Trio.Node::crash);
        trio.nodes.values().forEach(Trio.Node::start);
        Trio.Node last = trio.awaitLeader(5000);
        trio.time.runMillis(1000);
        assertThat(ask(trio, last, "x", key)).isEqualTo(first);
        assertAppliedOnce(trio, "x");
    }

    @Test
    void anUnknownOutcomeIsLearnedByAskingAgain() {
        Trio trio = new Trio(3, OPTIONS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(100);
        Trio.Node follower = follower(trio, leader);
        IdempotencyKey key = follower.handle.newKey();
        trio.nodes.values().forEach(node -> node.diskStalled = true);
        CompletableFuture<Outcome<Integer>> lost = follower.handle.propose(Trio.text("x"), key);
        trio.time.runMillis(OPTIONS.requestTimeoutMillis() + 100);
        assertThat(lost.join()).isEqualTo(new Unknown<>(Unknown.Reason.TIMED_OUT));
        assertThat(follower.machine.texts).isEmpty();
        trio.nodes.values().forEach(Trio.Node::resumeDisk);
        assertThat(ask(trio, follower, "x", key))
                .isInstanceOfSatisfying(
                        Applied.class, applied -> assertThat(applied.result()).isEqualTo(1));
        assertAppliedOnce(trio, "x");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theKeyOfAnotherCommandAndOneFromTheFutureAreRefused(boolean quick) {
        Trio trio = new Trio(3, OPTIONS, quick);
        Trio.Node leader = trio.awaitLeader(5000);
        IdempotencyKey key = leader.handle.newKey();
        ask(trio, leader, "x", key);
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(ask(trio, node, "y", key)).isEqualTo(new Refused<>(Refused.Reason.KEY_REUSED, null, 0));
        }
        IdempotencyKey ahead = IdempotencyKey.of(Instant.ofEpochMilli(Trio.NOON + 700_000), "ahead");
        assertThat(ask(trio, leader, "y", ahead)).isEqualTo(new Refused<>(Refused.Reason.KEY_AHEAD, null, 0));
        assertThat(leader.machine.texts).doesNotContain("y");
    }

    @Test
    void aKeyIsForgottenByTheLogsTimeWhichALaterLeaderWithAnotherClockDoesNotTurnBack() {
        KnownKeys.Limits limits = new KnownKeys.Limits(10_000, 1_000, 100, 1 << 20, 100);
        Trio trio = new Trio(3, OPTIONS, true, limits);
        Trio.Node leader = trio.awaitLeader(5000);
        IdempotencyKey key = leader.handle.newKey();
        Outcome<Integer> first = ask(trio, leader, "x", key);
        trio.wallOffset = 9_000;
        assertThat(ask(trio, leader, "x", key)).isEqualTo(first);
        trio.wallOffset = 20_000;
        assertThat(ask(trio, leader, "x", key)).isEqualTo(new Unknown<>(Unknown.Reason.KEY_FORGOTTEN));
        trio.wallOffset = 0;
        leader.crash();
        Trio.Node next = trio.awaitLeader(5000);
        assertThat(ask(trio, next, "x", key)).isEqualTo(new Unknown<>(Unknown.Reason.KEY_FORGOTTEN));
        assertThat(ask(trio, next, "y", next.handle.newKey()))
                .as("the log's time is ahead of all clocks: keys of the last ten seconds before it are taken")
                .isEqualTo(new Unknown<>(Unknown.Reason.KEY_FORGOTTEN));
        leader.start();
        assertAppliedOnce(trio, "x");
    }

    @Test
    void theBoundOnACommandDoesNotCountItsKey() {
        Trio trio = new Trio(1, RaftOptions.builder().maxCommandBytes(64).build(), true);
        Trio.Node node = trio.awaitLeader(5000);
        assertThat(ask(trio, node, "x".repeat(64), node.handle.newKey())).isInstanceOf(Applied.class);
        assertThat(ask(trio, node, "x".repeat(65), node.handle.newKey()))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Refused.Reason.TOO_LARGE));
    }

    @Test
    void aLogWithoutKeysAndItsSnapshotsHaveNoPlaceForThem() {
        Trio trio = new Trio(1, OPTIONS, true);
        Trio.Node node = trio.awaitLeader(5000);
        write(trio, node, 30);
        assertThat(node.snapshots.files.lastEntry().getValue().blocks())
                .as("blocks of the state machine, the chain of its hashes, and the manifest")
                .allSatisfy(block -> assertThat(block.length == 0 || block[0] != 1).isTrue());
        ask(trio, node, "x", node.handle.newKey());
        write(trio, node, 30);
        assertThat(node.snapshots.files.lastEntry().getValue().blocks())
                .anySatisfy(
                        block -> assertThat(block.length > 0 && block[0] == 1).isTrue());
        assertThat(LogRecord.size(7)).isEqualTo(LogRecord.HEADER_BYTES + 8);
    }

    @Test
    void aReadOfTheLogShowsTheCommandAlone() {
        Trio trio = new Trio(1, OPTIONS, true);
        Trio.Node node = trio.awaitLeader(5000);
        Applied<Integer> applied = (Applied<Integer>) ask(trio, node, "x", node.handle.newKey());
        var read = node.handle.readLog(applied.index());
        trio.time.runMillis(10);
        assertThat(read.join()).asString().contains("committed=true");
        assertThat(((io.quorate.node.Served<java.util.Optional<io.quorate.node.LogEntry>>) read.join())
                        .value()
                        .orElseThrow()
                        .payload())
                .isEqualTo(Trio.text("x"));
    }

    @Test
    void newKeysDiffer() {
        Trio trio = new Trio(1, OPTIONS, true);
        IdempotencyKey one = trio.node(1).handle.newKey();
        IdempotencyKey other = trio.node(1).handle.newKey();
        assertThat(one).isNotEqualTo(other);
        assertThat(one.bornMillis()).isEqualTo(Trio.NOON);
    }
}
