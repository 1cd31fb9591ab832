package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.Applied;
import io.quorate.node.Outcome;
import io.quorate.node.RaftException;
import io.quorate.node.RaftOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A log that finds out, while its node runs, that its disk gives back other bytes than were written. */
class DamageWhileRunningTest {
    private static final int ELECTION_MILLIS = RaftOptions.DEFAULTS.electionTimeoutMillis();

    private static void assertEndedForDamage(Trio.Node node) {
        CompletableFuture<Void> stopped = node.handle.stopped();
        assertThat(stopped).isDone();
        assertThatThrownBy(stopped::join)
                .isInstanceOfSatisfying(CompletionException.class, e -> assertThat(e.getCause())
                        .isInstanceOfSatisfying(RaftException.class, cause -> assertThat(cause.code())
                                .isEqualTo(RaftException.Code.DISK_FAILED)))
                .hasMessageContaining("other bytes than were written: entry 3");
    }

    @Test
    void aLeaderHandsOverThenEnds() {
        Trio trio = new Trio(3, RaftOptions.builder().forwardToLeader(true).build(), true);
        Trio.Node damaged = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        long term = damaged.handle.leadership().term();
        damaged.log.meetDamage();
        long passed = 0;
        for (; !damaged.handle.stopped().isDone(); passed++) {
            trio.time.runMillis(1);
            assertThat(passed).isLessThan(ELECTION_MILLIS);
        }
        assertEndedForDamage(damaged);
        damaged.crash();
        Trio.Node next = trio.awaitLeader(100);
        assertThat(next.handle.leadership().term()).as("it was handed over").isEqualTo(term + 1);
        assertThat(passed).as("without an election timeout").isLessThan(ELECTION_MILLIS / 10);
        CompletableFuture<Outcome<Integer>> write = next.handle.propose(Trio.text("w"));
        trio.time.runMillis(50);
        assertThat(write.join()).isInstanceOf(Applied.class);
    }

    /** To end before the others hold what it has taken would leave them without a leader for an election timeout. */
    @Test
    void aLeaderWithWritesUnderWayStaysUntilTheyAreElsewhere() {
        Trio trio = new Trio(3, RaftOptions.builder().forwardToLeader(true).build(), true);
        Trio.Node damaged = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        long term = damaged.handle.leadership().term();
        List<Trio.Node> others =
                trio.nodes.values().stream().filter(node -> node != damaged).toList();
        others.forEach(node -> node.diskStalled = true);
        for (int k = 0; k < 20; k++) {
            var unused = damaged.handle.propose(Trio.text("w" + k));
        }
        trio.time.runMillis(5);
        damaged.log.meetDamage();
        trio.time.runMillis(5);
        assertThat(damaged.handle.stopped()).as("nobody else holds the writes").isNotDone();
        others.forEach(Trio.Node::resumeDisk);
        trio.time.runMillis(10);
        assertEndedForDamage(damaged);
        damaged.crash();
        Trio.Node next = trio.awaitLeader(ELECTION_MILLIS / 10);
        assertThat(next.handle.leadership().term()).as("it was handed over").isEqualTo(term + 1);
        trio.time.runMillis(50);
        assertThat(next.machine.texts).hasSize(20);
    }

    @Test
    void whoDoesNotLeadEndsAtOnce() {
        Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        Trio.Node damaged = trio.nodes.values().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
        damaged.log.meetDamage();
        trio.time.runMillis(1);
        assertEndedForDamage(damaged);
        assertThat(trio.leader()).isSameAs(leader);
    }

    @Test
    void aLeaderThatNobodyCanFollowEndsAllTheSame() {
        Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
        Trio.Node damaged = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        trio.nodes.values().stream().filter(node -> node != damaged).forEach(Trio.Node::crash);
        damaged.log.meetDamage();
        trio.time.runMillis(ELECTION_MILLIS + 1);
        assertEndedForDamage(damaged);
    }
}
