package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.NodeStatus;
import io.quorate.node.Outcome;
import io.quorate.node.RaftOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whole nodes that measure how well they work, and what follows from it. */
class SickNodesTest {
    private static final int ELECTION_MILLIS = RaftOptions.DEFAULTS.electionTimeoutMillis();

    private final Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
    private final Trio.Node sick = trio.awaitLeader(5000);

    @Test
    void aLeaderWhoseDiskHangsHandsOverBeforeItsFollowersMissIt() {
        trio.time.runMillis(300);
        long term = sick.handle.leadership().term();
        sick.diskStalled = true;
        CompletableFuture<Outcome<Integer>> write = sick.handle.propose(Trio.text("w"));
        trio.time.runMillis(ELECTION_MILLIS / 2 + 20);
        Trio.Node next = trio.awaitLeader(1);
        assertThat(next).isNotSameAs(sick);
        assertThat(next.handle.leadership().term())
                .as("the first campaign took")
                .isEqualTo(term + 1);
        assertThat(write.join()).isInstanceOf(Applied.class);
        assertThat(sickness(sick)).startsWith("a flush of its log has taken 5");
        assertThat(sickness(next)).isNull();
    }

    @Test
    void aLeaderWhoseDiskHangsLeadsOnWhereNobodyElseCan() {
        Trio alone = new Trio(1, RaftOptions.DEFAULTS, true);
        Trio.Node node = alone.awaitLeader(5000);
        node.diskStalled = true;
        var unused = node.handle.propose(Trio.text("w"));
        alone.time.runMillis(3L * ELECTION_MILLIS);
        assertThat(alone.leader()).isSameAs(node);
    }

    @Test
    void whoIsSickStaysAFollowerUntilItHasWorkedWellForAWhile() {
        sick.diskStalled = true;
        var unused = sick.handle.propose(Trio.text("w"));
        trio.time.runMillis(ELECTION_MILLIS);
        sick.resumeDisk();
        Trio.Node next = trio.awaitLeader(1);
        assertThat(next).isNotSameAs(sick);
        trio.time.runMillis(ELECTION_MILLIS);
        // Of the two that are left the sick one has the same log; it leaves the election to the other.
        next.crash();
        trio.time.runMillis(3L * ELECTION_MILLIS);
        Trio.Node third = trio.awaitLeader(1);
        assertThat(third).isNotSameAs(sick);
        assertThat(sickness(sick)).startsWith("a flush of its log took");
        trio.time.runMillis(11L * ELECTION_MILLIS);
        assertThat(sickness(sick)).isNull();
        third.crash();
        next.start();
        trio.awaitLeader(5L * ELECTION_MILLIS);
    }

    @Test
    void aLeaderWhoseTurnsAreLateHandsOverAfterTheThird() {
        trio.time.runMillis(300);
        for (int k = 0; k < FitnessGauge.MOST_SLOW; k++) {
            assertThat(trio.leader()).isSameAs(sick);
            standStill(ELECTION_MILLIS * 7L / 10);
            trio.time.runMillis(900);
        }
        assertThat(trio.leader()).isNotNull().isNotSameAs(sick);
        assertThat(sickness(sick)).startsWith("a turn of its loop ended");
    }

    /** The node has no turn for so long; all others go on. */
    private void standStill(long millis) {
        sick.pausedUntil = trio.time.nanoTime() + millis * NodeLoop.TICK_NANOS;
    }

    private @Nullable String sickness(Trio.Node node) {
        CompletableFuture<NodeStatus> status = node.handle.status();
        trio.time.runMillis(1);
        return status.join().sickness();
    }
}
