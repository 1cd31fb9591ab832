package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.Applied;
import io.quorate.node.ChangeOutcome;
import io.quorate.node.Consistency;
import io.quorate.node.MembershipChange;
import io.quorate.node.RaftException;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each consistency waits for, needs and refuses. A hop between members takes a while, so a round does too. */
class ConsistencyTest {
    private static final long WITHIN_A_TURN = 0;

    private final Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
    private final Trio.Node leader = trio.awaitLeader(5000);

    @BeforeEach
    void everybodyFollows() {
        trio.time.runMillis(300);
    }

    private Trio.Node follower() {
        return trio.nodes.values().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
    }

    private CompletableFuture<ReadOutcome<List<String>>> read(Trio.Node node, Consistency consistency) {
        return node.handle.read(consistency, () -> List.copyOf(node.machine.texts));
    }

    private List<String> served(Trio.Node node, Consistency consistency, long millis) {
        CompletableFuture<ReadOutcome<List<String>>> read = read(node, consistency);
        trio.time.runMillis(millis);
        assertThat(read).as("after %d ms", millis).isCompleted();
        assertThat(read.join()).isInstanceOf(Served.class);
        return ((Served<List<String>>) read.join()).value();
    }

    private Refused.Reason refused(Trio.Node node, Consistency consistency, long millis) {
        CompletableFuture<ReadOutcome<List<String>>> read = read(node, consistency);
        trio.time.runMillis(millis);
        assertThat(read).as("after %d ms", millis).isCompleted();
        assertThat(read.join()).isInstanceOf(Refused.class);
        return ((Refused<List<String>>) read.join()).reason();
    }

    private Applied<Integer> write(String text) {
        var outcome = leader.handle.propose(Trio.text(text));
        trio.time.runMillis(50);
        return (Applied<Integer>) outcome.join();
    }

    private void leases(MembershipChange change) {
        CompletableFuture<ChangeOutcome> outcome = leader.handle.change(change);
        trio.time.runMillis(500);
        assertThat(outcome).isCompleted();
        assertThat(outcome.join()).isInstanceOf(ChangeOutcome.Changed.class);
    }

    private void cutOff(Trio.Node node) {
        trio.nodes.values().stream().filter(other -> other != node).forEach(other -> trio.peers(node)
                .cut(other.member.id()));
    }

    // ---- leases

    @Test
    void withoutALeaseAReadByLeaseAsksAMajority() {
        write("a");
        CompletableFuture<ReadOutcome<List<String>>> read = read(leader, Consistency.LEASE);
        trio.time.runMillis(WITHIN_A_TURN);
        assertThat(read).isNotDone();
        trio.time.runMillis(10);
        assertThat(read).isCompleted();
    }

    @Test
    void aLeaderWithALeaseServesWithoutAMessageAndOnlyForItsTime() {
        leases(MembershipChange.lease(Duration.ofMillis(800), 50));
        write("a");
        trio.time.runMillis(200);
        cutOff(leader);
        assertThat(served(leader, Consistency.LEASE, WITHIN_A_TURN)).containsExactly("a");
        trio.time.runMillis(500);
        assertThat(served(leader, Consistency.LEASE, WITHIN_A_TURN)).containsExactly("a");
        trio.time.runMillis(300);
        CompletableFuture<ReadOutcome<List<String>>> late = read(leader, Consistency.LEASE);
        trio.time.runMillis(WITHIN_A_TURN);
        assertThat(late).isNotDone();
    }

    @Test
    void whereLeasesAreOnAFollowerAsksItsLeader() {
        leases(MembershipChange.lease(Duration.ofMillis(800), 50));
        write("a");
        assertThat(served(follower(), Consistency.LEASE, 20)).containsExactly("a");
    }

    @Test
    void switchedOffTheyAreOff() {
        leases(MembershipChange.lease(Duration.ofMillis(800), 50));
        leases(MembershipChange.noLease());
        CompletableFuture<ReadOutcome<List<String>>> read = read(leader, Consistency.LEASE);
        trio.time.runMillis(WITHIN_A_TURN);
        assertThat(read).isNotDone();
    }

    @Test
    void aLeaseThatMakesNoSenseIsMisuse() {
        assertThatThrownBy(() -> MembershipChange.lease(Duration.ofMillis(5), 0))
                .isInstanceOf(RaftException.class);
        assertThatThrownBy(() -> MembershipChange.lease(Duration.ofSeconds(1), 600))
                .hasMessageContaining("600");
        assertThatThrownBy(() -> MembershipChange.lease(Duration.ofDays(100), 0))
                .isInstanceOf(RaftException.class);
    }

    // ---- at least as new as a position

    @Test
    void whoWroteReadsItAnywhereByItsPosition() {
        Applied<Integer> written = write("a");
        assertThat(served(follower(), Consistency.atLeast(written.index()), 0)).containsExactly("a");
        cutOff(follower());
        var next = leader.handle.propose(Trio.text("b"));
        trio.time.runMillis(50);
        long position = ((Applied<Integer>) next.join()).index();
        CompletableFuture<ReadOutcome<List<String>>> read = read(follower(), Consistency.atLeast(position));
        trio.time.runMillis(300);
        assertThat(read).as("it lacks that entry").isNotDone();
        assertThat(served(follower(), Consistency.atLeast(written.index()), 0)).containsExactly("a");
        trio.nodes.values().stream().filter(other -> other != follower()).forEach(other -> trio.peers(follower())
                .heal(other.member.id()));
        trio.time.runMillis(1000);
        assertThat(((Served<List<String>>) read.join()).value()).containsExactly("a", "b");
    }

    @Test
    void aPositionThatNeverComesIsRefusedInTime() {
        assertThat(refused(leader, Consistency.atLeast(1_000_000), RaftOptions.DEFAULTS.requestTimeoutMillis() + 1))
                .isEqualTo(Refused.Reason.TIMED_OUT);
        assertThatThrownBy(() -> Consistency.atLeast(-1)).isInstanceOf(RaftException.class);
    }

    // ---- bounded staleness

    @Test
    void oneQuestionProvesAllReadsWithinTheBound() {
        write("a");
        Consistency recent = Consistency.within(Duration.ofMillis(400));
        CompletableFuture<ReadOutcome<List<String>>> first = read(follower(), recent);
        trio.time.runMillis(WITHIN_A_TURN);
        assertThat(first).as("nothing is proven yet").isNotDone();
        trio.time.runMillis(20);
        assertThat(first).isCompleted();
        cutOff(follower());
        trio.time.runMillis(350);
        assertThat(served(follower(), recent, WITHIN_A_TURN)).containsExactly("a");
    }

    @Test
    void countedFromTheQuestionNotFromItsAnswer() {
        Consistency recent = Consistency.within(Duration.ofMillis(400));
        served(follower(), recent, 20);
        cutOff(follower());
        trio.time.runMillis(381);
        CompletableFuture<ReadOutcome<List<String>>> late = read(follower(), recent);
        trio.time.runMillis(WITHIN_A_TURN);
        assertThat(late).isNotDone();
    }

    @Test
    void whatCannotBeProvenIsRefusedWithinTheBound() {
        cutOff(follower());
        trio.time.runMillis(500);
        CompletableFuture<ReadOutcome<List<String>>> read =
                read(follower(), Consistency.within(Duration.ofMillis(300)));
        trio.time.runMillis(299);
        assertThat(read).isNotDone();
        trio.time.runMillis(2);
        assertThat(((Refused<List<String>>) read.join()).reason()).isEqualTo(Refused.Reason.STALE);
        assertThat(served(follower(), Consistency.LOCAL, WITHIN_A_TURN)).isEmpty();
    }

    @Test
    void boundsThatMakeNoSenseAreMisuse() {
        assertThatThrownBy(() -> Consistency.within(Duration.ZERO)).isInstanceOf(RaftException.class);
        assertThatThrownBy(() -> Consistency.within(Duration.ofHours(2))).isInstanceOf(RaftException.class);
    }

    @Test
    void whoeverStillWaitsWhenTheNodeStopsIsTold() {
        cutOff(follower());
        Trio.Node node = follower();
        var position = read(node, Consistency.atLeast(1000));
        var bounded = read(node, Consistency.within(Duration.ofMillis(300)));
        trio.time.runMillis(10);
        node.handle.close();
        trio.time.runMillis(10);
        assertThat(((Refused<List<String>>) position.join()).reason()).isEqualTo(Refused.Reason.STOPPED);
        assertThat(((Refused<List<String>>) bounded.join()).reason()).isEqualTo(Refused.Reason.STOPPED);
    }
}
