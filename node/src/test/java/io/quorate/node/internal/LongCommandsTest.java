package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.NodeStatus;
import io.quorate.node.Outcome;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Served;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A command that takes every member longer than an election timeout: between its slices they live on. */
class LongCommandsTest {
    private static final long TURN_NANOS = 100_000;
    private static final long LONG_MILLIS = Trio.Texts.SLICES * TURN_NANOS / 1_000_000;

    private final Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
    private final Trio.Node leader = trio.awaitLeader(5000);

    LongCommandsTest() {
        assertThat(LONG_MILLIS).isGreaterThan(2L * RaftOptions.DEFAULTS.electionTimeoutMillis());
        trio.turnNanos = TURN_NANOS;
    }

    @Test
    void betweenSlicesANodeHearsReplicatesCommitsAndServesWhatWasBefore() {
        applied(leader.handle.propose(Trio.text("before")), 100);
        long term = leader.handle.leadership().term();
        CompletableFuture<Outcome<Integer>> slow = leader.handle.propose(Trio.text("long"));
        trio.time.runMillis(LONG_MILLIS / 4);
        CompletableFuture<Outcome<Integer>> after = leader.handle.propose(Trio.text("after"));
        CompletableFuture<ReadOutcome<Integer>> old = leader.handle.read(Consistency.LOCAL, this::size);
        CompletableFuture<ReadOutcome<Integer>> fresh = leader.handle.read(Consistency.LINEARIZABLE, this::size);
        trio.time.runMillis(LONG_MILLIS / 4);
        NodeStatus status = status();
        assertThat(status.commitIndex()).isEqualTo(status.lastIndex()).isEqualTo(status.appliedIndex() + 2);
        assertThat(old.join()).isInstanceOfSatisfying(Served.class, served -> assertThat(served.value())
                .isEqualTo(1));
        assertThat(slow).isNotDone();
        assertThat(fresh).isNotDone();

        trio.time.runMillis(LONG_MILLIS);
        assertThat(applied(slow, 0)).isEqualTo(2);
        assertThat(applied(after, 0)).isEqualTo(3);
        assertThat(fresh.join()).isInstanceOf(Served.class);
        assertThat(leader.handle.leadership().term()).isEqualTo(term);
        assertThat(trio.leader()).isSameAs(leader);
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(node.machine.texts).containsExactly("before", "long", "after");
        }
    }

    @Test
    void whoCrashesBetweenSlicesAppliesTheCommandFromItsBeginning() {
        applied(leader.handle.propose(Trio.text("before")), 100);
        var unused = List.of(leader.handle.propose(Trio.text("long")), leader.handle.propose(Trio.text("after")));
        trio.time.runMillis(LONG_MILLIS / 2);
        List<Trio.Node> all = List.copyOf(trio.nodes.values());
        all.forEach(Trio.Node::crash);
        all.forEach(Trio.Node::start);
        trio.time.runMillis(3 * LONG_MILLIS);
        for (Trio.Node node : all) {
            assertThat(node.machine.texts).containsExactly("before", "long", "after");
        }
    }

    private int size() {
        return leader.machine.texts.size();
    }

    private int applied(CompletableFuture<Outcome<Integer>> outcome, long millis) {
        trio.time.runMillis(millis);
        return ((Applied<Integer>) outcome.join()).result();
    }

    private NodeStatus status() {
        CompletableFuture<NodeStatus> status = leader.handle.status();
        trio.time.runMillis(1);
        return status.join();
    }
}
