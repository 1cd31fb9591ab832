package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.RaftException;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.StateHashCodec;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.EventQueue;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.Violation;
import io.quorate.sim.history.KvChange;
import io.quorate.sim.history.KvPair;
import io.quorate.sim.history.KvRequest;
import io.quorate.sim.history.KvResponse;
import io.quorate.storage.MemoryDisk.Loss;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Each rule, broken on purpose, is found broken: a check that cannot fail checks nothing. */
final class NodeRulesCanFailTest {
    private static final TreeSet<NodeRule> BROKEN = new TreeSet<>();
    private static final Operation PUT = new Operation(7, Operation.Kind.PUT, 0, 0, 0, 0);

    @AfterAll
    static void everyRuleWasBroken() {
        assertThat(BROKEN).containsExactly(NodeRule.values());
    }

    private static void assertBroken(NodeRule rule, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(Violation.class, violation -> assertThat(violation.rule())
                .as(violation.getMessage())
                .isEqualTo(rule.name()));
        BROKEN.add(rule);
    }

    @Test
    void whatIsAppliedDiffers() {
        AppliedLog log = new AppliedLog();
        assertThat(log.applied(0, 1, 11)).isTrue();
        assertThat(log.applied(1, 1, 11)).isFalse();
        assertBroken(NodeRule.STATE_MACHINE_SAFETY, () -> log.applied(2, 1, 12));
        log.state(0, 1, 5);
        assertBroken(NodeRule.STATES_AGREE, () -> log.state(1, 1, 6));
        log.answered(0, 1, 7, reply(2));
        assertBroken(NodeRule.ANSWERS_AGREE, () -> log.answered(1, 1, 7, reply(3)));
        assertBroken(NodeRule.APPLIED_ONCE, () -> log.answered(0, 2, 7, reply(3)));
    }

    @Test
    void aClientIsToldWhatAnotherTimeGave() {
        AppliedLog log = new AppliedLog();
        log.answered(0, 4, 7, reply(2));
        assertThat(log.told(7, 4, reply(2))).isEqualTo(reply(2));
        assertBroken(NodeRule.RETRY_GETS_FIRST_ANSWER, () -> log.told(7, 4, reply(3)));
        assertBroken(NodeRule.RETRY_GETS_FIRST_ANSWER, () -> log.told(7, 5, reply(2)));
        assertBroken(NodeRule.RETRY_GETS_FIRST_ANSWER, () -> log.told(8, 4, reply(2)));
    }

    @Test
    void aKeyIsTakenForAnothers() {
        KeyedWrite rightful = keyedWrite(false);
        rightful.judgeDone(false);
        assertBroken(NodeRule.KEY_NAMES_ONE_COMMAND, () -> rightful.judgeReused(false));
        KeyedWrite mistaken = keyedWrite(true);
        mistaken.judgeReused(true);
        assertBroken(NodeRule.KEY_NAMES_ONE_COMMAND, () -> mistaken.judgeDone(true));
    }

    /** One that has been told, and then comes with the bytes of another command, or not. */
    private static KeyedWrite keyedWrite(boolean withOtherBytes) {
        for (int seed = 0; ; seed++) {
            KeyedWrite write = new KeyedWrite(PUT, 0, new KeyedRandom(seed).stream(KeyedRandom.Purpose.KEYS, 1));
            if (write.told() && write.hasOtherBytes() == withOtherBytes) {
                return write;
            }
        }
    }

    @Test
    void anIndexComesAgain() {
        QuietCluster cluster = QuietCluster.started(1);
        CheckedStore store = cluster.world.members.get(0).running().store;
        store.apply(5, 1, command());
        assertBroken(NodeRule.APPLIED_IN_ORDER, () -> store.apply(5, 1, command()));
    }

    @Test
    void aSnapshotIsOfAnotherState() {
        QuietCluster cluster = QuietCluster.started(1);
        CheckedStore store = cluster.world.members.get(0).running().store;
        store.apply(5, 1, command());
        StateImage image = Objects.requireNonNull(store.image());
        List<ByteBuffer> blocks = new ArrayList<>();
        BlockSink sink = (payload, firstKey, keyHashes, keys) -> {
            ByteBuffer copy = ByteBuffer.allocate(payload.remaining());
            blocks.add(copy.put(payload).flip());
        };
        while (image.writeNext(sink)) {}
        StateRestore whole = store.restore();
        blocks.forEach(block -> whole.block(block.duplicate()));
        whole.finish();
        assertThat(store.lastIndex()).isEqualTo(5);
        blocks.get(0).putInt(8, blocks.get(0).getInt(8) + 1);
        StateRestore other = store.restore();
        blocks.forEach(block -> other.block(block.duplicate()));
        assertBroken(NodeRule.SNAPSHOT_IS_THE_STATE, other::finish);
    }

    @Test
    void aMemberFindsADifferenceThatIsNoneOrNoneThatIs() {
        QuietCluster cluster = QuietCluster.started(3);
        StateFaults faults = cluster.world.stateFaults;
        SimMember member = cluster.world.members.get(1);
        assertBroken(NodeRule.STATE_HASH_AGREES, () -> faults.refused(member.running()));
        faults.judgeFound();
        faults.scar(member, 5);
        faults.refused(member.running());
        assertThat(cluster.world.settings.options().stateHashEntries()).isPositive();
        assertBroken(NodeRule.DIFFERENCE_IS_FOUND, faults::judgeFound);
    }

    @Test
    void aMemberThatDiffersAnswers() {
        QuietCluster cluster = QuietCluster.started(3);
        StateFaults faults = cluster.world.stateFaults;
        SimMember member = cluster.world.members.get(1);
        CheckedStore store = member.running().store;
        faults.scar(member, 5);
        assertThat(store.effect(store.apply(5, 1, command()))).isNotZero();
        faults.submitted(member, hashEntry(8, 4));
        faults.served(member, 8);
        faults.submitted(member, hashEntry(9, 6));
        faults.served(member, 8);
        assertBroken(NodeRule.DIFFERENT_SERVES_NOTHING, () -> faults.served(member, 9));
    }

    /** A write of the entry that tells the states of a majority at that index. */
    private static LogStore.LogWrite hashEntry(long index, long of) {
        ByteBuffer record = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        LogRecord.put(record, RecordKind.STATE_HASH, 0, 0, index, 1, StateHashCodec.encode(of, 7));
        Effects.Write write = new Effects.Write(index, null, 0, null, index, index);
        return new LogStore.LogWrite(0, write, List.of(record.flip()), record.limit());
    }

    @Test
    void whatTheNextStartNeedsIsGivenUpOrReadTooEarly() {
        QuietCluster cluster = QuietCluster.started(1);
        SimMember only = cluster.awaitLeader();
        cluster.write(only);
        long marked = only.model().markIndex();
        MemberLife life = only.running();
        life.removedBefore(marked + 1);
        assertBroken(NodeRule.LOG_KEEPS_THE_REST, () -> life.removedBefore(marked + 2));
        life.droppedBefore(marked);
        assertBroken(NodeRule.SNAPSHOT_STAYS, () -> life.droppedBefore(marked + 1));
        only.served(7, 7);
        assertBroken(NodeRule.NO_READ_BEFORE_RESTORED, () -> only.served(6, 7));
    }

    private static ByteBuffer command() {
        return KvForms.command(Requests.request(PUT, 1));
    }

    /** Each is told of another revision than the put has, or that it was refused. */
    @Test
    void clientsWereToldWhatIsNotSo() {
        KvResponse done = new KvResponse(3, new KvResponse.Done());
        assertBroken(NodeRule.LINEARIZABLE, () -> toldOfOnePut(PUT, history -> history.returned(PUT, done, 1)));
        assertBroken(NodeRule.LINEARIZABLE, () -> toldOfOnePut(PUT, history -> history.refused(PUT, 1)));
        Operation other = new Operation(8, Operation.Kind.PUT, 0, 0, 0, 0);
        assertBroken(NodeRule.LINEARIZABLE, () -> toldOfOnePut(other, history -> history.unknown(other)));
        Operation read = new Operation(9, Operation.Kind.STALE_READ, 0, 0, 0, 0);
        KvResponse nothing = new KvResponse(2, new KvResponse.Pairs(List.of()));
        assertBroken(NodeRule.LINEARIZABLE, () -> toldOfOnePut(read, history -> history.returned(read, nothing, 1)));
    }

    private static Reply reply(long revision) {
        return new KvReply(new KvResponse(revision, new KvResponse.Done()), List.of());
    }

    private static void toldOfOnePut(Operation operation, Consumer<ClientHistory> told) {
        KvRequest.Put put = (KvRequest.Put) Requests.request(PUT, 1);
        KvPair pair = new KvPair(put.key(), put.value(), 2, 2, 1);
        ClientHistory history = new ClientHistory();
        history.changed(2, Requests.sender(PUT.number(), 1), List.of(KvChange.put(pair)));
        history.called(operation, 1, Requests.request(operation, 1), 0);
        told.accept(history);
        history.check();
    }

    @Test
    void aReadIsOlderThanItMayBe() {
        QuietCluster cluster = QuietCluster.started(1);
        SimMember only = cluster.awaitLeader();
        ReadPromises promises = new ReadPromises(cluster.world);
        Consistency atLeast = Consistency.atLeast(5);
        promises.served(atLeast, only, 5, promises.floor(atLeast, only));
        assertBroken(
                NodeRule.READ_KEEPS_ITS_BOUND, () -> promises.served(atLeast, only, 4, promises.floor(atLeast, only)));

        Consistency within = Consistency.within(Duration.ofMillis(100));
        promises.acknowledged(5);
        cluster.runMillis(50);
        promises.served(within, only, 0, promises.floor(within, only));
        cluster.runMillis(100);
        promises.served(within, only, 5, promises.floor(within, only));
        assertBroken(
                NodeRule.READ_KEEPS_ITS_BOUND, () -> promises.served(within, only, 4, promises.floor(within, only)));
        promises.served(Consistency.LOCAL, only, 0, promises.floor(Consistency.LOCAL, only));
    }

    @Test
    void twoLeadATerm() {
        QuietCluster cluster = QuietCluster.started(3);
        SimMember leader = cluster.awaitLeader();
        RaftEvent again =
                new RaftEvent.LeaderElected(leader.running().handle.leadership().term(), List.of());
        assertBroken(NodeRule.ELECTION_SAFETY, () -> cluster.other(leader).happened(again));
    }

    @Test
    void aMessagePromisesTooMuch() {
        NodePromises promises = new NodePromises();
        LogModel nothing = new LogModel();
        assertBroken(
                NodeRule.DURABLE_BEFORE_TOLD,
                () -> promises.sent(new Message.RequestVote(0, 1, 2, 5, 0, 0, false), nothing));
        assertBroken(
                NodeRule.DURABLE_BEFORE_TOLD,
                () -> promises.sent(new Message.AppendAnswer(0, 1, 2, 0, 3, 3, 0, 0, 0, 0), nothing));
        promises.sent(new Message.RequestPreVote(0, 1, 2, 5, 0, 0), nothing);

        promises.delivered(new Message.RequestVote(0, 1, 2, 5, 0, 0, false));
        promises.delivered(new Message.VoteAnswer(0, 1, 3, 5, VoteRefusal.ALREADY_VOTED));
        assertBroken(
                NodeRule.ONE_VOTE_IN_A_TERM,
                () -> promises.delivered(new Message.VoteAnswer(0, 1, 3, 5, VoteRefusal.NONE)));
    }

    @Test
    void aStartFindsLessThanWasDurable() {
        QuietCluster cluster = QuietCluster.started(3, Profile.UNBOUNDED);
        SimMember leader = cluster.awaitLeader();
        cluster.write(leader);
        SimDisk.Image image = leader.disk.image();
        cluster.write(leader);
        leader.kill();
        leader.disk.restore(image);
        assertBroken(NodeRule.RECOVERED_IS_DURABLE, leader::start);
    }

    @Test
    void aStartFindsAnEarlierTerm() {
        QuietCluster cluster = QuietCluster.started(1, Profile.UNBOUNDED);
        SimMember only = cluster.awaitLeader();
        SimDisk.Image image = only.disk.image();
        only.kill();
        only.start();
        cluster.runMillis(10);
        cluster.awaitLeader();
        cluster.write(only);
        only.kill();
        only.disk.restore(image);
        assertBroken(NodeRule.TERM_NEVER_FALLS, only::start);
    }

    @Test
    void damageIsNotNamedOrNamedWithoutDamage() {
        QuietCluster cluster = QuietCluster.started(3);
        SimMember leader = cluster.awaitLeader();
        SimMember other = cluster.other(leader);
        SimDisk.Image earlier = leader.disk.image();
        cluster.write(leader);
        leader.kill();
        leader.disk.restore(earlier);
        leader.disk.written().targets().get(0).getValue().damage = cluster.fault(FaultKind.BIT_ROT, 0, leader);
        assertBroken(NodeRule.DAMAGE_IS_NAMED, leader::start);

        QuietCluster second = QuietCluster.started(3);
        SimMember spoiled = second.awaitLeader();
        spoiled.kill();
        spoiled.disk.medium().overwrite("identity", 20, new byte[] {1, 2, 3});
        spoiled.disk.medium().evict();
        assertBroken(NodeRule.NO_FALSE_ALARM, spoiled::start);
        assertThat(other.isUp()).isTrue();
    }

    @Test
    void somethingIsCalledDurableAfterAFailure() {
        QuietCluster cluster = QuietCluster.started(1);
        SimMember only = cluster.awaitLeader();
        cluster.runMillis(500);
        only.disk.begin(cluster.fault(FaultKind.WRITE_ERROR, 0, only));
        MemberLife life = only.running();
        var unused = cluster.propose(only);
        while (!only.disk.hasFailed()) {
            cluster.world.queue.step(Long.MAX_VALUE);
        }
        assertBroken(NodeRule.NO_WORD_AFTER_FAILURE, life::reported);
    }

    @Test
    void whoMustStayOutTakesPart() {
        QuietCluster cluster = QuietCluster.started(1, Profile.UNBOUNDED);
        SimMember only = cluster.awaitLeader();
        only.wipe(true);
        only.start();
        assertBroken(NodeRule.WIPED_STAYS_OUT, () -> cluster.runMillis(1_000));
    }

    /** One that its own directory gave is none, nor one that nobody can know for old. */
    @Test
    void aVoteGivenOnAnOldImageElects() {
        QuietCluster cluster = QuietCluster.started(3, Profile.UNBOUNDED);
        SimMember leader = cluster.awaitLeader();
        SimMember old = cluster.other(leader);
        SimMember third = cluster.world.members.get(3 - leader.number - old.number);
        old.sent(vote(old, leader, 1_000));
        cluster.makeOld(old, 2);
        assertThat(leader.running().seenStarts(old.member.id())).isEqualTo(3);
        leader.happened(elected(old, 1_000));

        third.kill();
        third.start(); // it has forgotten
        old.start();
        old.sent(vote(old, third, 1_001));
        third.happened(elected(old, 1_001));
        old.sent(vote(old, leader, 1_002));
        assertBroken(NodeRule.OLD_IMAGE_STAYS_OUT, () -> leader.happened(elected(old, 1_002)));
    }

    private static Message vote(SimMember of, SimMember to, long term) {
        return new Message.VoteAnswer(0, of.member.id(), to.member.id(), term, VoteRefusal.NONE);
    }

    private static RaftEvent elected(SimMember by, long term) {
        return new RaftEvent.LeaderElected(term, List.of(by.member.id()));
    }

    /** {@link NodeLoyaltyTest} has its cases; this is that a run ends by it, though it is found within a member's turn. */
    @Test
    void whoHearsALeaderFollowsAnother() {
        QuietCluster cluster = QuietCluster.started(3);
        CoreTeller teller = new CoreTeller(cluster.world, cluster.awaitLeader());
        Raft loyal = NodeLoyaltyTest.follower(true);
        teller.started(NodeLoyaltyTest.image(), loyal);
        Input heard = new Input.Receive(NodeLoyaltyTest.heartbeat(2, NodeLoyaltyTest.TERM));
        loyal.apply(heard);
        teller.told(heard, loyal);
        cluster.world.judge.verdict();

        Input asked = new Input.Receive(NodeLoyaltyTest.asks(NodeLoyaltyTest.TERM + 1));
        Raft disloyal = NodeLoyaltyTest.follower(true);
        disloyal.apply(asked);
        assertBroken(NodeRule.LEADER_IS_KEPT, () -> teller.told(asked, disloyal));
        assertBroken(NodeRule.LEADER_IS_KEPT, cluster.world.judge::verdict);
    }

    @Test
    void somethingGoesRoundWithoutEnd() {
        QuietCluster cluster = QuietCluster.started(1);
        goRound(cluster.world.queue);
        assertBroken(NodeRule.RUN_ENDS, () -> cluster.runMillis(1));
        assertThat(cluster.world.judge.isExcused(NodeRule.RUN_ENDS.broken(""))).isFalse();
    }

    private static void goRound(EventQueue queue) {
        queue.after(0, () -> goRound(queue));
    }

    @Test
    void aMemberEndsForNoReason() {
        QuietCluster cluster = QuietCluster.started(3);
        SimMember leader = cluster.awaitLeader();
        RaftException defect = new RaftException(RaftException.Code.INTERNAL, "a defect");
        assertBroken(NodeRule.MEMBER_GOES_ON, () -> leader.stopped(leader.running(), defect));
    }

    @Test
    void aMemberEndsAsIfItHadBeenRemoved() {
        QuietCluster cluster = QuietCluster.started(3);
        SimMember leader = cluster.awaitLeader();
        RaftException removed = new RaftException(RaftException.Code.REMOVED, "was removed");
        assertBroken(NodeRule.REMOVED_ENDS, () -> leader.stopped(leader.running(), removed));
    }

    private static Membership voters(long... ids) {
        return Membership.ofVoters(LongStream.of(ids)
                .mapToObj(id -> new Member(id, 100 + id, "n" + id, List.of()))
                .toList());
    }

    @Test
    void membershipsDoNotFit() {
        NodeWorld world = QuietCluster.started(3).world;
        SimMember member = world.members.get(0);
        NodeMemberships memberships = new NodeMemberships(voters(1, 2, 3));
        memberships.committed(member, 1, voters(1, 2, 3));
        assertBroken(NodeRule.MEMBERSHIPS_AGREE, () -> memberships.committed(member, 1, voters(1, 2)));
        assertBroken(NodeRule.QUORUMS_INTERSECT, () -> memberships.committed(member, 2, voters(4)));
        assertBroken(NodeRule.CHANGE_DONE_IS_COMMITTED, () -> memberships.done(voters(1), true));
        RaftEvent.LeaderElected elected = new RaftEvent.LeaderElected(3, List.of(1L, 4L));
        assertBroken(NodeRule.ELECTED_BY_QUORUM, () -> memberships.elected(member, elected, voters(1, 2, 3)));
    }

    @Test
    void aVersionFallsOrIsNotKnown() {
        NodeWorld world = QuietCluster.started(3).world;
        SimMember member = world.members.get(0);
        Membership three = voters(1, 2, 3);
        NodeMemberships memberships = new NodeMemberships(three);
        memberships.committed(member, 1, three.atVersion(2));
        assertBroken(NodeRule.VERSION_NEVER_FALLS, () -> memberships.committed(member, 2, three));
        memberships.held(member, three);
        assertBroken(NodeRule.BUILDS_READ_THE_LOG, () -> memberships.held(member, three.atVersion(2)));
        NodeMemberships.made(member, three, three, world.members);
        assertBroken(
                NodeRule.VERSION_IS_KNOWN_TO_ALL,
                () -> NodeMemberships.made(member, three, three.atVersion(2), world.members));
    }

    @Test
    void aRemovedMemberIsHeard() {
        NodeWorld world = QuietCluster.started(3).world;
        SimMember member = world.members.get(0);
        List<Member> two = voters(1, 3).members();
        Membership without = new Membership(two, List.of(1L, 3L), List.of(), List.of(), List.of(2L), 5);
        Message from2 = new Message.TimeoutNow(0, 2, 1, 1);
        world.memberships.delivered(member, from2);
        world.memberships.committed(member, 5, without);
        assertBroken(NodeRule.REMOVED_STAYS_AWAY, () -> world.memberships.delivered(member, from2));
    }

    /** By what is called committed there is a joint membership that nobody ends. */
    @Test
    void aChangeStaysOpen() {
        QuietCluster cluster = QuietCluster.started(3);
        SimMember leader = cluster.awaitLeader();
        List<Member> all = voters(1, 2, 3).members();
        List<Long> ids = List.of(1L, 2L, 3L);
        cluster.world.memberships.committed(leader, 1_000, new Membership(all, ids, ids));
        assertBroken(NodeRule.MEMBERSHIP_SETTLES, cluster.world::settle);
    }

    @Test
    void thingsDoNotGoOn() {
        QuietCluster cut = QuietCluster.started(3);
        cut.awaitLeader();
        cut.world.net.faults.begin(new Fault(0, FaultKind.PARTITION, 0, 0, -1, -1, -1));
        assertBroken(NodeRule.LEADER_IN_TIME, cut.world::settle);

        QuietCluster paused = QuietCluster.started(3);
        paused.other(paused.awaitLeaderOfAll()).pause();
        assertBroken(NodeRule.ALL_CATCH_UP, paused.world::settle);
    }

    /** The others have entries, and are enough. */
    @Test
    void thingsDoNotGoOnThoughOnlyOneStaysOut() {
        QuietCluster cluster = QuietCluster.started(3, Profile.UNBOUNDED);
        SimMember leader = cluster.awaitLeader();
        assertThat(cluster.write(leader)).isInstanceOf(Applied.class);
        SimMember damaged = cluster.other(leader);
        damaged.kill();
        damaged.disk.written().targets().get(0).getValue().damage = cluster.fault(FaultKind.BIT_ROT, 0, damaged);
        damaged.disk.medium().overwrite("identity", 20, new byte[] {1, 2, 3});
        damaged.disk.medium().evict();
        damaged.start();
        assertThat(damaged.isOut()).isTrue();
        cluster.world.net.faults.begin(new Fault(0, FaultKind.PARTITION, 0, 0, -1, -1, -1));
        assertBroken(NodeRule.LEADER_IN_TIME, cluster.world::settle);
    }

    @Test
    void aClientWaitsForEver() {
        List<Operation> many = new ArrayList<>();
        for (int number = 1; number <= 40; number++) {
            many.add(new Operation(number, Operation.Kind.PUT, 0, 1, 0, 0));
        }
        QuietCluster cluster = QuietCluster.started(3, Profile.NODE, many);
        cluster.other(cluster.awaitLeaderOfAll()).pause();
        cluster.world.clients.start();
        cluster.runMillis(5_000);
        assertBroken(NodeRule.REQUESTS_END, cluster.world::settle);
    }

    /** The test of the test: a flush that is only told. */
    @Test
    void disksThatOnlySayThatTheyFlushAreFoundOut() {
        QuietCluster cluster = QuietCluster.started(3, Profile.UNBOUNDED);
        SimMember leader = cluster.awaitLeader();
        cluster.world.members.forEach(member -> member.disk.takeFlushOut());
        for (int k = 0; k < 50; k++) {
            assertThat(cluster.write(leader)).isInstanceOf(Applied.class);
        }
        assertThatThrownBy(() -> {
                    for (SimMember member : cluster.world.members) {
                        member.powerLoss(Loss.EVERYTHING, member.lots);
                    }
                    cluster.world.settle();
                })
                .isInstanceOf(Violation.class);
    }
}
