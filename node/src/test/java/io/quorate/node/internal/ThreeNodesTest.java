package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.LogEntry;
import io.quorate.node.NodeStatus;
import io.quorate.node.Outcome;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Refused.Reason;
import io.quorate.node.Served;
import io.quorate.node.Unknown;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.EntryRun;
import io.quorate.raft.Message;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Raft;
import io.quorate.raft.Recording;
import io.quorate.raft.RoleName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Three whole nodes in one thread: the driver and the core together, over logs and links in memory. */
@SuppressWarnings("FutureReturnValueIgnored")
class ThreeNodesTest {
    private static final RaftOptions FORWARDING =
            RaftOptions.builder().forwardToLeader(true).build();

    @Test
    void theyElectReplicateAndApplyInOneOrder() {
        Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        List<CompletableFuture<Outcome<Integer>>> outcomes = new ArrayList<>();
        for (int k = 0; k < 100; k++) {
            outcomes.add(leader.handle.propose(Trio.text("t" + k)));
        }
        trio.time.runMillis(500);

        long term = leader.handle.leadership().term();
        for (int k = 0; k < 100; k++) {
            Applied<Integer> applied = (Applied<Integer>) outcomes.get(k).join();
            assertThat(applied.result()).isEqualTo(k + 1);
            assertThat(applied.term()).isEqualTo(term);
        }
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(node.machine.texts).hasSize(100).isEqualTo(leader.machine.texts);
            assertThat(node.log.commands()).isEqualTo(leader.log.commands());
        }
    }

    @Test
    void aWriteAloneWaitsForNoTimer() {
        Trio trio = new Trio(1, RaftOptions.DEFAULTS, true);
        Trio.Node node = trio.awaitLeader(5000);
        trio.time.runMillis(10);
        long before = trio.time.nanoTime();
        CompletableFuture<Outcome<Integer>> outcome = node.handle.propose(Trio.text("alone"));
        trio.time.runUntil(before);
        assertThat(outcome).as("the log has not flushed").isNotDone();
        node.log.flush();
        trio.time.runUntil(before);
        assertThat(outcome.join()).isInstanceOf(Applied.class);
        assertThat(trio.time.nanoTime()).isEqualTo(before);
    }

    @Test
    void aFullDiskRefusesWritesAndTakesNoEntriesUntilThereIsRoom() {
        Trio trio = new Trio(3, FORWARDING, true);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        Trio.Node full = follower(trio, leader);
        full.loop.diskFull(true);
        assertThat(outcomeOf(trio, leader.handle.propose(Trio.text("one")), 100))
                .as("a full follower holds up nobody")
                .isInstanceOf(Applied.class);
        trio.time.runMillis(1000);
        assertThat(full.log.commands()).doesNotContain("one");
        assertNoSpace(trio, full);
        leader.loop.diskFull(true);
        assertNoSpace(trio, leader);
        full.loop.diskFull(false);
        assertNoSpace(trio, full);

        leader.loop.diskFull(false);
        assertThat(outcomeOf(trio, full.handle.propose(Trio.text("two")), 2000)).isInstanceOf(Applied.class);
        assertThat(full.machine.texts).containsExactly("one", "two");
    }

    private static void assertNoSpace(Trio trio, Trio.Node node) {
        assertThat(outcomeOf(trio, node.handle.propose(Trio.text("refused")), 100))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Refused.Reason.NO_SPACE));
    }

    @Test
    void aFollowerRefusesWithTheLeadersName() {
        Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        Outcome<Integer> outcome = outcomeOf(trio, follower(trio, leader).handle.propose(Trio.text("x")), 10);
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Refused.Reason.NOT_LEADER);
            assertThat(refused.leader()).isEqualTo(leader.member);
        });
    }

    @Test
    void aForwardedWriteIsAnsweredFromTheFollowersOwnApply() {
        Trio trio = new Trio(3, FORWARDING, true);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        Trio.Node follower = follower(trio, leader);
        CompletableFuture<Outcome<Integer>> outcome = follower.handle.propose(Trio.text("x"));
        List<String> seen = new ArrayList<>();
        var unused = outcome.thenRun(() -> seen.addAll(follower.machine.texts));
        assertThat(outcomeOf(trio, outcome, 300)).isInstanceOf(Applied.class);
        assertThat(seen).containsExactly("x");
    }

    @Test
    void forwardedWritesWaitForRoomOnTheWayToTheLeaderInTheirOrder() {
        Trio trio = new Trio(3, FORWARDING, true);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        Trio.Node follower = follower(trio, leader);
        FakePeers way = trio.peers(follower);
        way.forwardRoom = 1;
        List<CompletableFuture<Outcome<Integer>>> outcomes = new ArrayList<>();
        for (int k = 0; k < 20; k++) {
            outcomes.add(follower.handle.propose(Trio.text("t" + k)));
        }
        trio.time.runMillis(100);
        assertThat(outcomes.get(0).join()).isInstanceOf(Applied.class);
        assertThat(outcomes.subList(1, 20)).noneMatch(CompletableFuture::isDone);
        assertThat(status(trio, follower).pendingProposals()).isEqualTo(19);
        assertThat(status(trio, follower).inFlightBytes())
                .as("what waits counts as in flight")
                .isGreaterThanOrEqualTo(19L * LogRecord.size(2));

        way.forwardRoom = Integer.MAX_VALUE;
        trio.time.runMillis(300);
        for (int k = 0; k < 20; k++) {
            assertThat(outcomes.get(k).join())
                    .isInstanceOfSatisfying(Applied.class, applied -> assertThat(applied.result())
                            .isNotNull());
            assertThat(leader.machine.texts.get(k)).isEqualTo("t" + k);
        }
        assertThat(leader.machine.texts).hasSize(20);
    }

    /** None of them was sent, so each is refused for good. */
    @Test
    void aWriteThatFoundNoRoomToTheLeaderIsRefusedForTheReasonThatHolds() {
        Trio trio = new Trio(3, FORWARDING, true);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        Trio.Node follower = follower(trio, leader);
        FakePeers way = trio.peers(follower);
        way.forwardRoom = 0;
        int timeout = FORWARDING.requestTimeoutMillis();
        assertRefused(outcomeOf(trio, follower.handle.propose(Trio.text("late")), timeout + 500), Reason.OVERLOADED);

        CompletableFuture<Outcome<Integer>> full = follower.handle.propose(Trio.text("full"));
        trio.time.runMillis(10);
        follower.loop.diskFull(true);
        assertRefused(outcomeOf(trio, full, 300), Reason.NO_SPACE);
        follower.loop.diskFull(false);
        trio.time.runMillis(10);

        CompletableFuture<Outcome<Integer>> leaderless = follower.handle.propose(Trio.text("leaderless"));
        trio.time.runMillis(10);
        way.cut(leader.member.id());
        follower.loop.disconnected(leader.member.id());
        assertRefused(outcomeOf(trio, leaderless, 10), Reason.NOT_LEADER);

        Trio second = new Trio(3, FORWARDING, true);
        Trio.Node stopping = follower(second, second.awaitLeader(5000));
        second.time.runMillis(300);
        second.peers(stopping).forwardRoom = 0;
        CompletableFuture<Outcome<Integer>> waits = stopping.handle.propose(Trio.text("waits"));
        second.time.runMillis(10);
        stopping.handle.close();
        assertRefused(outcomeOf(second, waits, 10), Reason.STOPPED);
        assertThat(leader.machine.texts).isEmpty();
    }

    private static void assertRefused(Outcome<Integer> outcome, Reason reason) {
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo(reason));
    }

    @Test
    void aForwardedWriteWhoseLeaderIsLostIsUnknown() {
        Trio trio = new Trio(3, FORWARDING, true);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        Trio.Node follower = follower(trio, leader);
        CompletableFuture<Outcome<Integer>> outcome = follower.handle.propose(Trio.text("x"));
        trio.time.runUntil(trio.time.nanoTime());
        leader.crash();
        follower.loop.disconnected(leader.member.id());
        assertThat(outcomeOf(trio, outcome, 10)).isEqualTo(new Unknown<Integer>(Unknown.Reason.LEADER_LOST));
    }

    @Test
    void linearizableReadsSeeWhatWasAcknowledgedAnywhere() {
        for (boolean quick : new boolean[] {true, false}) {
            Trio trio = new Trio(3, RaftOptions.DEFAULTS, quick);
            Trio.Node leader = trio.awaitLeader(5000);
            assertThat(outcomeOf(trio, leader.handle.propose(Trio.text("x")), 500))
                    .isInstanceOf(Applied.class);
            for (Trio.Node node : trio.nodes.values()) {
                CompletableFuture<ReadOutcome<List<String>>> read =
                        node.handle.read(Consistency.LINEARIZABLE, () -> List.copyOf(node.machine.texts));
                trio.time.runMillis(300);
                assertThat(read.join()).isInstanceOfSatisfying(Served.class, served -> assertThat(served.value())
                        .isEqualTo(List.of("x")));
            }
        }
    }

    @Test
    void aLeaderThatIsCutOffServesNoLinearizableReadAndCommitsNothing() {
        Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
        Trio.Node old = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        for (Trio.Node node : trio.nodes.values()) {
            if (node != old) {
                trio.network.get(old.member.id()).cut(node.member.id());
            }
        }
        CompletableFuture<Outcome<Integer>> lost = old.handle.propose(Trio.text("lost"));
        CompletableFuture<ReadOutcome<Integer>> read =
                old.handle.read(Consistency.LINEARIZABLE, () -> old.machine.texts.size());
        trio.time.runMillis(4000);
        assertThat(old.handle.leadership().isLeader()).isFalse();
        assertThat(lost).isNotDone();
        Trio.Node next = trio.awaitLeader(5000);
        assertThat(outcomeOf(trio, next.handle.propose(Trio.text("kept")), 500)).isInstanceOf(Applied.class);
        trio.network.get(old.member.id()).cut.clear();
        trio.network.values().forEach(peers -> peers.cut.clear());
        assertThat(outcomeOf(trio, lost, 2000))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Refused.Reason.OVERWRITTEN));
        trio.time.runMillis(8000);
        assertThat(read).isDone();
        assertThat(old.machine.texts).containsExactly("kept");
    }

    @Test
    void anUndecidedProposalIsUnknownAfterItsTime() {
        Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        trio.nodes.values().stream().filter(n -> n != leader).forEach(Trio.Node::crash);
        CompletableFuture<Outcome<Integer>> outcome = leader.handle.propose(Trio.text("x"));
        trio.time.runMillis(RaftOptions.DEFAULTS.requestTimeoutMillis() - 10);
        assertThat(outcome).isNotDone();
        assertThat(outcomeOf(trio, outcome, 20)).isEqualTo(new Unknown<Integer>(Unknown.Reason.TIMED_OUT));
    }

    @Test
    void aRestartedNodeReplaysItsLogAndCatchesUp() {
        for (boolean quick : new boolean[] {true, false}) {
            Trio trio = new Trio(3, RaftOptions.DEFAULTS, quick);
            Trio.Node leader = trio.awaitLeader(5000);
            for (int k = 0; k < 50; k++) {
                leader.handle.propose(Trio.text("a" + k));
            }
            trio.time.runMillis(500);
            Trio.Node follower = follower(trio, leader);
            follower.crash();
            for (int k = 0; k < 50; k++) {
                leader.handle.propose(Trio.text("b" + k));
            }
            trio.time.runMillis(500);
            follower.start();
            trio.time.runMillis(3000);
            assertThat(follower.machine.texts).hasSize(100).isEqualTo(leader.machine.texts);
        }
    }

    @Test
    void aStalledDiskRefusesBeyondTheBoundAndRecovers() {
        RaftOptions small = RaftOptions.builder()
                .maxCommandBytes(1024)
                .maxInFlightBytes(64 << 10)
                .build();
        Trio trio = new Trio(1, small, true);
        Trio.Node node = trio.awaitLeader(5000);
        trio.time.runMillis(10);
        node.diskStalled = true;
        List<CompletableFuture<Outcome<Integer>>> outcomes = new ArrayList<>();
        for (int k = 0; k < 2000; k++) {
            outcomes.add(node.handle.propose(Trio.text("x".repeat(500))));
            if (k % 10 == 0) {
                trio.time.runUntil(trio.time.nanoTime());
            }
        }
        NodeStatus status = status(trio, node);
        assertThat(status.inFlightBytes()).isLessThanOrEqualTo(64 << 10);
        assertThat(node.loop.group().ringMemoryBytes()).isLessThan(128 << 10);
        long refused = outcomes.stream()
                .filter(o -> o.getNow(null) instanceof Refused<Integer> r && r.reason() == Refused.Reason.OVERLOADED)
                .count();
        assertThat(refused).isGreaterThan(1800);
        node.resumeDisk();
        trio.time.runMillis(100);
        assertThat(outcomes).allMatch(CompletableFuture::isDone);
        assertThat(node.machine.texts).hasSize((int) (2000 - refused));
        assertThat(outcomeOf(trio, node.handle.propose(Trio.text("after")), 100))
                .isInstanceOf(Applied.class);
        assertThat(status(trio, node).inFlightBytes()).isZero();
    }

    /** An entry that conflicts drops what it conflicts with, also when there is no room for itself. */
    @Test
    void whoDroppedEntriesForSomeItHadNoRoomForCanLead() {
        RaftOptions small = RaftOptions.builder()
                .maxCommandBytes(1024)
                .maxInFlightBytes(8 << 10)
                .build();
        Trio trio = new Trio(3, small, true);
        trio.time.runMillis(5);
        trio.node(2).crash();
        trio.node(3).crash();
        Trio.Node node = trio.node(1);
        node.diskStalled = true;
        receive(trio, 2, 2, 0, 0, records(record(1, 2, 5000), record(2, 2, 10)), 2);
        assertThat(status(trio, node).lastIndex()).isEqualTo(2);
        receive(trio, 3, 3, 1, 2, records(record(2, 3, 5000)), 1);
        assertThat(status(trio, node).lastIndex())
                .as("the conflicting entry is dropped, and the new one not taken")
                .isEqualTo(1);

        node.resumeDisk();
        trio.node(2).start();
        assertThat(trio.awaitLeader(10_000)).as("whose log is the longest").isSameAs(node);
        trio.node(3).start();
        assertThat(outcomeOf(trio, node.handle.propose(Trio.text("after")), 500))
                .isInstanceOf(Applied.class);
        assertThat(trio.node(2).log.commands()).isEqualTo(node.log.commands());
    }

    /** Node 1 gets entries that continue its log behind one of that index and term. */
    private static void receive(
            Trio trio, long from, long term, long prevIndex, long prevTerm, ByteBuffer records, int count) {
        EntryRun run = Payloads.describe(records, prevIndex + 1, count);
        trio.network
                .get(1L)
                .listener
                .received(new Message.AppendEntries(0, from, 1, term, prevIndex, prevTerm, 0, 0, run), records);
        trio.time.runMillis(1);
    }

    private static ByteBuffer record(long index, long term, int payloadBytes) {
        ByteBuffer record = ByteBuffer.allocate(LogRecord.size(payloadBytes)).order(ByteOrder.LITTLE_ENDIAN);
        LogRecord.put(record, RecordKind.ENTRY, 0, 0, index, term, ByteBuffer.allocate(payloadBytes));
        return record.rewind();
    }

    private static ByteBuffer records(ByteBuffer... each) {
        ByteBuffer all = ByteBuffer.allocate(32 << 10).order(ByteOrder.LITTLE_ENDIAN);
        List.of(each).forEach(all::put);
        return all.flip();
    }

    @Test
    void closingAnswersEverythingInFlight() {
        Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        trio.time.runMillis(300);
        CompletableFuture<Outcome<Integer>> appended = leader.handle.propose(Trio.text("x"));
        trio.time.runUntil(trio.time.nanoTime());
        CompletableFuture<ReadOutcome<Integer>> read = leader.handle.read(Consistency.LINEARIZABLE, () -> 1);
        trio.time.runUntil(trio.time.nanoTime());
        leader.handle.close();
        CompletableFuture<Outcome<Integer>> waiting = leader.handle.propose(Trio.text("y"));
        trio.time.runMillis(1);
        assertThat(appended.join()).isEqualTo(new Unknown<Integer>(Unknown.Reason.STOPPED));
        assertThat(waiting.join()).isNotNull();
        assertThat(read.join()).isInstanceOf(Refused.class);
        assertThat(leader.handle.stopped()).isCompleted();
        assertThat(leader.handle.propose(Trio.text("z"))).isCompletedExceptionally();
        assertThat(leader.handle.status().join().role()).isEqualTo(RoleName.LEADER);
    }

    @Test
    void aFailedDiskEndsTheNodeWithItsReason() {
        Trio trio = new Trio(1, RaftOptions.DEFAULTS, true);
        Trio.Node node = trio.awaitLeader(5000);
        node.loop.failed("write of 000001.log at 4096", new java.io.IOException("no such device"));
        trio.time.runMillis(1);
        assertThat(node.handle.stopped()).isCompletedExceptionally();
        assertThat(node.handle.status().join().failure()).contains("000001.log");
    }

    /** Blueprint 3: nothing leaves that carries a term or a vote that is not durable. */
    @Test
    void nobodyLeadsAndNoVoteIsToldWhileTheDisksStandStill() {
        Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
        trio.time.runMillis(5);
        List<Message> told = new ArrayList<>();
        trio.network.values().forEach(peers -> peers.tap = told::add);
        trio.nodes.values().forEach(node -> node.diskStalled = true);
        trio.time.runMillis(6000);
        assertThat(trio.leader()).isNull();
        assertThat(told).isNotEmpty().allMatch(m -> m instanceof RequestPreVote || m instanceof PreVoteAnswer);
        trio.nodes.values().forEach(Trio.Node::resumeDisk);
        trio.awaitLeader(5000);
        assertThat(told).anyMatch(m -> m instanceof Message.VoteAnswer);
    }

    @Test
    void aStateMachineThatThrowsEndsTheNode() {
        for (boolean quick : new boolean[] {true, false}) {
            Trio trio = new Trio(1, RaftOptions.DEFAULTS, quick);
            Trio.Node node = trio.awaitLeader(5000);
            node.machine.defect = new IllegalStateException("cannot count");
            CompletableFuture<Outcome<Integer>> outcome = node.handle.propose(Trio.text("x"));
            CompletableFuture<ReadOutcome<Integer>> read = node.handle.read(Consistency.LINEARIZABLE, () -> 1);
            trio.time.runMillis(20);
            assertThat(outcome.join()).isEqualTo(new Unknown<Integer>(Unknown.Reason.STOPPED));
            assertThat(read).isDone();
            assertThat(node.handle.stopped()).isCompletedExceptionally();
        }
    }

    @Test
    void readLogHidesWhatIsNotCommitted() {
        Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        outcomeOf(trio, leader.handle.propose(Trio.text("x")), 500);
        trio.nodes.values().stream().filter(n -> n != leader).forEach(Trio.Node::crash);
        leader.handle.propose(Trio.text("secret"));
        trio.time.runMillis(10);
        long last = status(trio, leader).lastIndex();
        var committed = leader.handle.readLog(last - 1);
        var uncommitted = leader.handle.readLog(last);
        var absent = leader.handle.readLog(last + 1);
        trio.time.runMillis(10);
        assertThat(served(committed).orElseThrow().committed()).isTrue();
        assertThat(served(committed).orElseThrow().payload()).isEqualTo(Trio.text("x"));
        assertThat(served(uncommitted).orElseThrow().committed()).isFalse();
        assertThat(served(uncommitted).orElseThrow().payload()).isNull();
        assertThat(served(absent)).isEmpty();
    }

    /** With the third member gone, the full one is the majority: its answer counts, its room does not. */
    @Test
    void aFollowerWithAFullDiskAnswersWhatComesWithEntries() {
        Trio trio = new Trio(3, RaftOptions.DEFAULTS, true);
        Trio.Node leader = trio.awaitLeader(5000);
        outcomeOf(trio, leader.handle.propose(Trio.text("x")), 500);
        Trio.Node full = follower(trio, leader);
        trio.nodes.values().stream().filter(n -> n != leader && n != full).forEach(Trio.Node::crash);
        full.loop.diskFull(true);
        for (int k = 0; k < 200; k++) {
            leader.handle.propose(Trio.text("y"));
            var read = leader.handle.read(Consistency.LINEARIZABLE, () -> leader.machine.texts.size());
            assertThat(outcomeOf(trio, read, 20)).isInstanceOf(Served.class);
        }
        assertThat(trio.leader()).isSameAs(leader);
        assertThat(leader.machine.texts).containsExactly("x");
        full.loop.diskFull(false);
        trio.time.runMillis(1000);
        assertThat(leader.machine.texts).hasSize(201);
    }

    @Test
    void readsOfOldEntriesGoToTheLogOneAtATimeAndBeyondTheBoundAreRefused() {
        Trio trio = new Trio(1, RaftOptions.DEFAULTS, true);
        Trio.Node node = trio.awaitLeader(5000);
        outcomeOf(trio, node.handle.propose(Trio.text("old")), 500);
        long index = status(trio, node).lastIndex();
        node.crash();
        node.start();
        trio.awaitLeader(5000);
        trio.time.runMillis(100);
        node.log.readsWait = true;
        List<CompletableFuture<ReadOutcome<Optional<LogEntry>>>> asked = new ArrayList<>();
        for (int k = 0; k <= Admission.MAX_LOG_READS; k++) {
            asked.add(node.handle.readLog(index));
        }
        assertThat(asked.remove(Admission.MAX_LOG_READS).join())
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Refused.Reason.OVERLOADED));
        trio.time.runMillis(10);
        for (CompletableFuture<ReadOutcome<Optional<LogEntry>>> one : asked) {
            assertThat(node.log.reads).hasSize(1);
            assertThat(one).isNotDone();
            node.log.reads.remove().run();
            trio.time.runMillis(1);
            assertThat(served(one).orElseThrow().payload()).isEqualTo(Trio.text("old"));
        }
        var last = node.handle.readLog(index);
        var waits = node.handle.readLog(index);
        trio.time.runMillis(1);
        node.handle.close();
        trio.time.runMillis(1);
        assertThat(last.join()).as("not as if there were no such entry").isInstanceOf(Refused.class);
        assertThat(waits.join()).isInstanceOf(Refused.class);
    }

    private static <T> T served(CompletableFuture<ReadOutcome<T>> outcome) {
        return ((Served<T>) outcome.join()).value();
    }

    @Test
    void aRecordedLifeIsLivedAgainToTheSameEffects() {
        Trio trio = new Trio(3, FORWARDING, true);
        Trio.Node leader = trio.awaitLeader(5000);
        for (int k = 0; k < 20; k++) {
            trio.nodes.values().forEach(node -> node.handle.propose(Trio.text("x")));
            var unused = leader.handle.read(Consistency.LINEARIZABLE, () -> 1);
            trio.time.runMillis(50);
        }
        follower(trio, leader).crash();
        trio.time.runMillis(3000);
        for (Trio.Node node : trio.nodes.values()) {
            Raft again = Recording.replay(node.recording.toByteArray());
            assertThat(again.canonicalForm()).isEqualTo(node.loop.group().raft().canonicalForm());
            assertThat(again.commitIndex()).isGreaterThan(60);
        }
        byte[] changed = leader.recording.toByteArray();
        changed[changed.length / 2] ^= 1;
        assertThatThrownBy(() -> Recording.replay(changed)).isInstanceOf(RuntimeException.class);
    }

    private static Trio.Node follower(Trio trio, Trio.Node leader) {
        return trio.nodes.values().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
    }

    private static <T> T outcomeOf(Trio trio, CompletableFuture<T> future, long millis) {
        trio.time.runMillis(millis);
        assertThat(future).as("after %d ms", millis).isDone();
        return future.join();
    }

    private static NodeStatus status(Trio trio, Trio.Node node) {
        CompletableFuture<NodeStatus> status = node.handle.status();
        trio.time.runUntil(trio.time.nanoTime());
        return status.join();
    }
}
