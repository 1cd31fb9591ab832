package io.quorate.sim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.Effects;
import io.quorate.raft.EntryKind;
import io.quorate.raft.EntryRun;
import io.quorate.raft.HardState;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RoleName;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.history.KvChange;
import io.quorate.sim.history.KvPair;
import io.quorate.sim.history.KvResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Each rule, broken on purpose, is found broken: a check that cannot fail checks nothing. */
final class CoreRulesCanFailTest {
    private static final TreeSet<Rule> BROKEN = new TreeSet<>();
    private static final long MILLI = 1_000_000;
    private static final int ELECTION_TICKS = 150;
    private static final Operation PUT = new Operation(7, Operation.Kind.PUT, 0, 0, 0, 0);

    @AfterAll
    static void everyRuleWasBroken() {
        assertThat(BROKEN).containsExactly(Rule.values());
    }

    private static void assertBroken(Rule rule, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(Violation.class, violation -> assertThat(violation.rule())
                .isEqualTo(rule.name()));
        BROKEN.add(rule);
    }

    // ---- clusters to which nothing happens but what a test does to them

    private static CoreWorld world(boolean guarded) {
        return world(guarded, false);
    }

    /** @param leases whether its members promise a leader to vote for no other: a seed stands for that, too */
    private static CoreWorld world(boolean guarded, boolean leases) {
        long seed = LongStream.iterate(1, each -> each + 1)
                .filter(each -> Leases.drawn(each, ELECTION_TICKS).isOn() == leases)
                .findFirst()
                .orElseThrow();
        Limits limits = new Limits(
                20, ELECTION_TICKS, guarded, guarded, 64 << 10, 4 << 10, 16 << 10, 8, 100, true, 24 << 10, 8 << 10);
        long end = (QuorumProgress.TIMEOUTS + 5L) * ELECTION_TICKS * MILLI;
        return new CoreWorld(
                new Script(seed, Profile.CORE, 3, 1, 1, limits, end, List.of(), List.of()), RunListener.NONE);
    }

    private static CoreWorld started(boolean guarded) {
        return started(world(guarded));
    }

    private static CoreWorld started(CoreWorld world) {
        world.members.forEach(CoreMember::start);
        return world;
    }

    /** With a leader, and its first entry applied by all that are not cut off. */
    private static CoreWorld led(CoreWorld world) {
        for (int passed = 0; passed < 10_000 && !isApplied(world); passed++) {
            run(world, 1);
        }
        assertThat(isApplied(world)).isTrue();
        run(world, 5);
        return world;
    }

    private static boolean isApplied(CoreWorld world) {
        return world.leader() != null && leader(world).machine().appliedIndex() > 0;
    }

    private static CoreWorld led() {
        return led(started(true));
    }

    /** Without PreVote and CheckQuorum. */
    private static CoreWorld ledUnguarded() {
        return led(started(false));
    }

    private static void run(CoreWorld world, long millis) {
        world.queue.runUntil(world.queue.now() + millis * MILLI);
    }

    private static CoreMember leader(CoreWorld world) {
        CoreMember leader = world.leader();
        if (leader == null) {
            throw new AssertionError("nobody leads");
        }
        return leader;
    }

    private static CoreMember follower(CoreWorld world) {
        return world.members.get(leader(world).number == 0 ? 1 : 0);
    }

    private static CoreMember third(CoreWorld world) {
        return world.members.get(3 - leader(world).number - follower(world).number);
    }

    /** No message passes between it and the others; nobody is told. */
    private static void cut(CoreWorld world, CoreMember member) {
        for (CoreMember other : world.members) {
            world.faults.on(member.number, other.number).add(cut());
            world.faults.on(other.number, member.number).add(cut());
        }
    }

    private static Fault cut() {
        return new Fault(1, FaultKind.PARTITION, 0, Long.MAX_VALUE, -1, -1, -1);
    }

    private static CoreWorld allCut(CoreWorld world) {
        world.members.forEach(member -> cut(world, member));
        return world;
    }

    private static void deliver(CoreWorld world, CoreMember from, CoreMember to, Message message) {
        to.receive(new Parcel(from.number, to.number, to.life(), message, List.of()));
        run(world, 1);
    }

    /** By a vote that another did not choose to give. */
    private static void makeLead(CoreWorld world, CoreMember member) {
        makeCampaign(world, member);
        other(world, member).disk().keep(hardState(member.raft().currentTerm(), member.id));
        makeWin(world, member);
    }

    private static void makeCampaign(CoreWorld world, CoreMember member) {
        member.hint(new Input.ElectionTimedOut());
        run(world, 10);
        assertThat(member.raft().role()).isEqualTo(RoleName.CANDIDATE);
    }

    private static CoreMember other(CoreWorld world, CoreMember member) {
        return world.members.get(member.number == 0 ? 1 : 0);
    }

    private static void makeWin(CoreWorld world, CoreMember member) {
        CoreMember other = other(world, member);
        deliver(world, other, member, vote(other, member, member.raft().currentTerm()));
    }

    private static Message vote(CoreMember by, CoreMember forWhom, long term) {
        return new Message.VoteAnswer(0, by.id, forWhom.id, term, VoteRefusal.NONE);
    }

    private static Message heartbeat(CoreMember from, CoreMember to, long term) {
        return new Message.AppendEntries(0, from.id, to.id, term, 0, 0, 0, 0, EntryRun.empty(1));
    }

    private static Message says(CoreMember from, CoreMember to, long verified, long durable) {
        long term = to.raft().currentTerm();
        return new Message.AppendAnswer(0, from.id, to.id, term, verified, durable, 0, 0, 0, 0);
    }

    private static Entry next(CoreMember member) {
        long last = member.log().lastIndex();
        return Entry.after(member.log().prefixHash(last), last + 1, 1, EntryKind.COMMAND, 40, 7);
    }

    private static Effects.Write write(long truncateFrom, @Nullable HardState hardState, long first, long last) {
        return new Effects.Write(1, null, truncateFrom, hardState, first, last);
    }

    private static CoreDisk.Pending hardState(long term, long votedFor) {
        return new CoreDisk.Pending(write(0, new HardState(term, votedFor, 0), 0, 0), List.of());
    }

    /** What a core might have said at the end of a turn. */
    private record Said(
            Effects.@Nullable Write write, List<Outgoing> messages, long ringFirstIndex, List<RaftEvent> events)
            implements Effects {
        Said(Effects.@Nullable Write write, List<Outgoing> messages, long ringFirstIndex) {
            this(write, messages, ringFirstIndex, List.of());
        }

        static Said nothing() {
            return new Said(null, List.of(), 1);
        }

        static Said message(Message message, long ringFirstIndex) {
            return new Said(null, List.of(new Outgoing(message, 0)), ringFirstIndex);
        }

        static Said event(RaftEvent event) {
            return new Said(null, List.of(), 1, List.of(event));
        }

        @Override
        public List<MadeHere> madeHere() {
            return List.of();
        }

        @Override
        public List<LogRead> logReads() {
            return List.of();
        }

        @Override
        public long applyThrough() {
            return 0;
        }

        @Override
        public @Nullable SnapshotMark restore() {
            return null;
        }

        @Override
        public @Nullable SnapshotFetch fetch() {
            return null;
        }

        @Override
        public List<ReadAnswer> reads() {
            return List.of();
        }
    }

    // ---- leaders and logs

    @Test
    void twoLeadATerm() {
        CoreWorld world = allCut(started(false));
        makeLead(world, world.members.get(0));
        assertBroken(Rule.ELECTION_SAFETY, () -> makeLead(world, world.members.get(1)));
    }

    @Test
    void oneLeadsThatLacksWhatIsCommitted() {
        CoreWorld world = started(false);
        CoreMember lacking = world.members.get(2);
        cut(world, lacking);
        led(world);
        assertThat(leader(world)).isNotSameAs(lacking);
        lacking.hint(new Input.ElectionTimedOut());
        run(world, 10);
        assertThat(lacking.raft().currentTerm())
                .isGreaterThanOrEqualTo(leader(world).raft().currentTerm());
        assertBroken(Rule.LEADER_COMPLETENESS, () -> makeLead(world, lacking));
    }

    @Test
    void logsDiffer() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        Entry first = leader.log().get(1);
        Entry other = Entry.after(0, 1, first.term(), EntryKind.COMMAND, 40, 7);
        world.checks.appended(leader, first);
        assertBroken(Rule.LOG_MATCHING, () -> world.checks.appended(leader, other));

        world.checks.drained(leader, Said.nothing());
        leader.log().put(next(leader));
        assertBroken(Rule.CORE_KNOWS_ITS_LOG, () -> world.checks.drained(leader, Said.nothing()));
    }

    @Test
    void whatIsCommittedIsNotKept() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        new CommittedLog(world).drained(leader);
        CoreDisk.Pending drops = new CoreDisk.Pending(write(1, null, 0, 0), List.of());
        assertBroken(Rule.COMMITTED_STAYS_DURABLE, () -> world.checks.keeping(leader, drops));
        world.members.forEach(member -> member.disk().durable().truncateFrom(1));
        assertBroken(Rule.COMMIT_IS_DURABLE, () -> new CommittedLog(world).drained(leader));
    }

    @Test
    void aFollowerIsCountedForWhatItDoesNotHold() {
        CoreWorld world = allCut(started(false));
        CoreMember leader = world.members.get(0);
        CoreMember follower = world.members.get(1);
        makeLead(world, leader);
        assertBroken(Rule.MATCH_IS_DURABLE, () -> deliver(world, follower, leader, says(follower, leader, 1, 1)));
    }

    // ---- what is applied

    @Test
    void whatIsAppliedDiffers() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        Entry first = leader.log().get(1);
        assertBroken(Rule.APPLIED_IN_ORDER, () -> world.checks.applying(leader, first));
        assertBroken(Rule.STATE_MACHINE_SAFETY, () -> world.checks.applying(leader, next(leader)));
        world.checks.applied(leader, first);
        leader.machine().apply(first, PUT);
        assertBroken(Rule.STATES_AGREE, () -> world.checks.applied(leader, first));
    }

    @Test
    void whatIsReadIsOldOrNotThereYet() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        long applied = leader.machine().appliedIndex();
        world.checks.serving(leader, applied, applied);
        assertBroken(Rule.READ_IS_FRESH, () -> world.checks.serving(leader, applied, applied + 1));
        assertBroken(Rule.READ_IS_APPLIED, () -> world.checks.serving(leader, applied + 1, applied));
    }

    @Test
    void aReadIsAnsweredThatNobodyWaitsFor() {
        CoreWorld world = led();
        leader(world).hint(new Input.ReadIndex(1));
        assertBroken(Rule.READ_ANSWERED_ONCE, () -> run(world, 10));
    }

    // ---- what is promised

    @Test
    void aTermOrAVoteIsToldTooEarlyOrTwice() {
        CoreWorld world = started(true);
        CoreMember one = world.members.get(0);
        CoreMember two = world.members.get(1);
        CoreMember three = world.members.get(2);
        assertBroken(Rule.TERM_BEFORE_TOLD, () -> world.checks.leaving(one, vote(one, two, 5)));
        one.disk().keep(hardState(5, 0));
        assertBroken(Rule.VOTE_BEFORE_TOLD, () -> world.checks.leaving(one, vote(one, two, 5)));
        one.disk().keep(hardState(5, two.id));
        world.checks.leaving(one, vote(one, two, 5));
        one.disk().keep(hardState(5, three.id));
        assertBroken(Rule.ONE_VOTE_IN_A_TERM, () -> world.checks.leaving(one, vote(one, three, 5)));
    }

    @Test
    void aStartFindsLessThanWasKeptOrTold() {
        CoreWorld world = started(true);
        CoreMember member = world.members.get(0);
        world.checks.started(member);
        member.disk().keep(hardState(5, 0));
        assertBroken(Rule.RECOVERED_IS_DURABLE, () -> world.checks.started(member));

        world.checks.leaving(member, vote(member, member, 4)); // by then it is of an earlier term
        world.end(member, "ends", true, true);
        member.disk().keep(hardState(3, 0));
        assertBroken(Rule.TERM_NEVER_FALLS, () -> world.startIfDown(member));
    }

    @Test
    void aFollowerTellsMoreThanItHolds() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        CoreMember follower = follower(world);
        long last = leader.raft().lastIndex();
        world.checks.leaving(follower, says(follower, leader, last, last));
        assertBroken(
                Rule.DURABLE_BEFORE_TOLD,
                () -> world.checks.leaving(follower, says(follower, leader, last + 1, last + 1)));
        assertBroken(
                Rule.VERIFIED_IS_EQUAL, () -> world.checks.leaving(follower, says(follower, leader, last + 1, last)));
    }

    @Test
    void oneAppendsThatDoesNotLead() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        CoreMember follower = follower(world);
        long term = leader.raft().currentTerm();
        world.checks.leaving(leader, heartbeat(leader, follower, term));
        assertBroken(Rule.ONLY_LEADERS_APPEND, () -> world.checks.leaving(follower, heartbeat(follower, leader, term)));
    }

    // ---- terms and loyalty

    @Test
    void aLaterTermIsNotTaken() {
        CoreWorld world = led();
        CoreMember member = follower(world);
        Message later = heartbeat(third(world), member, member.raft().currentTerm() + 1);
        assertBroken(Rule.LATER_TERM_IS_TAKEN, () -> world.checks.received(member, later));
    }

    @Test
    void whoHearsALeaderFollowsAnother() {
        CoreWorld world = led();
        CoreMember member = follower(world);
        CoreMember other = third(world);
        long later = member.raft().currentTerm() + 1;
        Message yes = new Message.PreVoteAnswer(0, member.id, other.id, later, VoteRefusal.NONE);
        world.checks.turnBegins(member);
        world.checks.hinted(member, new Input.PeerLost(other.id)); // which frees nobody of another leader
        assertBroken(Rule.LEADER_IS_KEPT, () -> world.checks.drained(member, Said.message(yes, 1)));

        Message asks = new Message.RequestVote(0, other.id, member.id, later, 1, 1, false);
        world.checks.receiving(member);
        world.checks.received(member, asks);
        member.raft().receive(heartbeat(other, member, later));
        assertBroken(Rule.LEADER_IS_KEPT, () -> world.checks.received(member, asks));
    }

    @Test
    void whoHearsALeaderVotesForAnotherInItsTerm() {
        CoreWorld world = started(true);
        CoreMember member = world.members.get(2);
        cut(world, member);
        led(world);
        CoreMember leader = leader(world);
        CoreMember other = world.members.get(1 - leader.number);
        deliver(world, leader, member, heartbeat(leader, member, leader.raft().currentTerm()));
        Raft core = member.raft();
        assertThat(core.leader()).isEqualTo(leader.id);
        assertThat(core.votedFor()).isZero();

        Message asks = new Message.RequestVote(0, other.id, member.id, core.currentTerm(), 0, 0, false);
        world.checks.receiving(member);
        core.peerLost(leader.id); // without a word to the checks, so that it votes
        core.receive(asks);
        assertThat(core.votedFor()).isEqualTo(other.id);
        assertBroken(Rule.LEADER_IS_KEPT, () -> world.checks.received(member, asks));
    }

    /** Their clocks run true. One that leads by its lease is in nobody's way but others'. */
    @Test
    void anotherIsElectedInTheTimeOfALease() {
        CoreWorld world = led(started(world(true, true)));
        CoreMember leader = leader(world);
        run(world, ELECTION_TICKS);
        assertThat(leader.leaseTicks()).isPositive();
        world.leases.elected(leader);
        assertBroken(Rule.LEASE_EXCLUDES_ANOTHER_LEADER, () -> world.leases.elected(follower(world)));
    }

    // ---- members and leaders that change

    private static Membership voters(CoreWorld world, long... ids) {
        List<Member> members = new ArrayList<>();
        for (long id : ids) {
            members.add(world.described(id, true, 0));
        }
        return Membership.ofVoters(members);
    }

    private static Entry telling(CoreMember member, long index, Membership told) {
        return Entry.after(0, index, member.raft().currentTerm(), EntryKind.MEMBERSHIP, 40, 0)
                .madeHere(EntryKind.MEMBERSHIP, told);
    }

    @Test
    void oneLeadsByAVoteThatNobodyGave() {
        CoreWorld world = allCut(started(false));
        CoreMember member = world.members.get(0);
        makeCampaign(world, member);
        assertBroken(Rule.ELECTED_BY_QUORUM, () -> makeWin(world, member));
    }

    @Test
    void oneLeadsThatIsAVoterNowhere() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        long last = leader.raft().lastIndex();
        long term = leader.raft().currentTerm();
        CoreMember voter = follower(world).disk().hardState().votedFor() == leader.id ? follower(world) : third(world);
        CommittedLog committed = new CommittedLog(world);
        committed.drained(leader);
        leader.log().replaceBy(last, term, leader.log().prefixHash(last));
        leader.marked(new SnapshotMark(last, term, voters(world, voter.id)));
        Elections elections = new Elections(world, committed, new Promises(world));
        assertBroken(Rule.LEARNER_NEVER_LEADS, () -> elections.drained(leader));
    }

    @Test
    void membershipsFollowThatShareNobody() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        long last = leader.log().lastIndex();
        Membership one = voters(world, 1, 2);
        Membership two = voters(world, 1, 2, 3);
        world.checks.membershipAppended(leader, one, telling(leader, last + 1, two));
        assertBroken(
                Rule.QUORUMS_INTERSECT,
                () -> world.checks.membershipAppended(
                        leader, voters(world, 1), telling(leader, last + 1, voters(world, 2))));
        assertBroken(
                Rule.NEW_VOTER_HOLDS_THE_LOG,
                () -> world.checks.membershipAppended(leader, one, telling(leader, last + 200, two)));
    }

    @Test
    void oneDecidesByAnotherMembershipThanItsLogTells() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        leader.marked(new SnapshotMark(1_000, 1, voters(world, 1)));
        assertBroken(Rule.CORE_KNOWS_ITS_MEMBERSHIP, () -> world.checks.drained(leader, Said.nothing()));
    }

    @Test
    void aMembershipIsCommittedTwice() {
        CoreWorld world = led();
        RaftEvent again = new RaftEvent.MembershipCommitted(0, false);
        assertBroken(Rule.MEMBERSHIPS_COMMIT_IN_ORDER, () -> world.checks.drained(leader(world), Said.event(again)));
    }

    @Test
    void anOperatorIsToldWhatIsNotSo() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        long term = leader.raft().currentTerm();
        world.checks.changeDone(leader, 1, term);
        assertBroken(Rule.CHANGE_DONE_IS_COMMITTED, () -> world.checks.changeDone(leader, 1, term + 1));

        long last = leader.raft().lastIndex();
        Membership members = leader.raft().membership();
        world.checks.changeRefused(leader, last, members, "no");
        assertBroken(Rule.REFUSED_CHANGES_NOTHING, () -> world.checks.changeRefused(leader, last - 1, members, "no"));
    }

    @Test
    void aTransferDoesNotEndOrGoesToOneThatLags() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        CoreMember follower = follower(world);
        long term = leader.raft().currentTerm();
        Message now = new Message.TimeoutNow(0, leader.id, follower.id, term);
        world.checks.leaving(leader, now);
        RaftEvent began = new RaftEvent.TransferBegan(term, follower.id, RaftEvent.TransferCause.REQUESTED);
        world.checks.drained(leader, Said.event(began));
        assertBroken(Rule.TRANSFER_ENDS, () -> run(world, 2 * ELECTION_TICKS));

        leader.log().put(next(leader));
        assertBroken(Rule.SUCCESSOR_HOLDS_ALL, () -> world.checks.leaving(leader, now));
    }

    // ---- snapshots

    @Test
    void whatASnapshotIsToCoverIsNotCovered() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        world.checks.dropping(leader, 1);
        assertBroken(Rule.LOG_KEEPS_THE_REST, () -> world.checks.dropping(leader, 2));

        SnapshotMark mark = new SnapshotMark(1, 1, Membership.NONE);
        leader.disk().keep(new CoreDisk.Pending(new Effects.Write(1, mark, 0, null, 0, 0), List.of()));
        assertBroken(Rule.SNAPSHOT_STAYS, () -> leader.snapshots().started());
    }

    @Test
    void aSnapshotIsAnotherOne() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        Entry first = leader.log().get(1);
        Membership members = leader.raft().membership();
        SnapshotMark mark = new SnapshotMark(1, first.term(), members);
        SnapshotMark without = new SnapshotMark(1, first.term(), Membership.NONE);
        Registers none = new Registers(1);
        Registers state = new Registers(1);
        state.apply(first, null);
        world.checks.snapshotKept(leader, new SnapshotFile(mark, state, first.prefixHash()));
        assertBroken(
                Rule.SNAPSHOT_IS_WHAT_IS_COMMITTED,
                () -> world.checks.snapshotKept(leader, new SnapshotFile(without, state, first.prefixHash())));
        assertBroken(
                Rule.SNAPSHOT_IS_THE_STATE,
                () -> world.checks.snapshotKept(leader, new SnapshotFile(mark, none, first.prefixHash())));
    }

    // ---- the driver's part

    @Test
    void recordsLeaveThatTheRingLacks() {
        CoreWorld world = led();
        CoreMember leader = leader(world);
        CoreMember follower = follower(world);
        long term = leader.raft().currentTerm();
        EntryRun first = EntryLog.describe(leader.log().slice(1, 1));
        Message append = new Message.AppendEntries(0, leader.id, follower.id, term, 0, 0, 0, 0, first);
        world.checks.drained(leader, Said.message(append, 1));
        assertBroken(Rule.RING_HOLDS_WHAT_IS_SENT, () -> world.checks.drained(leader, Said.message(append, 2)));

        long last = leader.log().lastIndex();
        world.checks.drained(leader, new Said(write(0, null, 1, last), List.of(), 1));
        assertBroken(
                Rule.RING_HOLDS_WHAT_IS_SENT,
                () -> world.checks.drained(leader, new Said(write(0, null, 1, last), List.of(), 2)));
        assertBroken(
                Rule.RING_HOLDS_WHAT_IS_SENT,
                () -> world.checks.drained(leader, new Said(write(0, null, 1, last + 1), List.of(), 1)));
    }

    @Test
    void aWriteLeavesAGap() {
        CoreMember leader = leader(led());
        Entry next = next(leader);
        Entry behind = Entry.after(next.prefixHash(), next.index() + 1, 1, EntryKind.COMMAND, 40, 8);
        CoreDisk.Pending gap = new CoreDisk.Pending(write(0, null, behind.index(), behind.index()), List.of(behind));
        assertBroken(Rule.WRITES_FOLLOW, () -> leader.disk().keep(gap));
    }

    @Test
    void writesPileUp() {
        CoreWorld world = started(true);
        CoreMember member = world.members.get(0);
        assertBroken(Rule.QUEUES_ARE_BOUNDED, () -> {
            for (int count = 0; count < 10; count++) {
                member.disk().add(write(0, HardState.INITIAL, 0, 0), List.of());
                world.checks.drained(member, Said.nothing());
            }
        });
        CoreMember other = world.members.get(1);
        long records = world.script.limits().ringBytes() / 32;
        for (long index = 1; index <= records; index++) {
            other.disk().add(write(0, null, index, index), List.of());
        }
        world.checks.drained(other, Said.nothing());
        other.disk().add(write(0, null, records + 1, records + 1), List.of());
        assertBroken(Rule.QUEUES_ARE_BOUNDED, () -> world.checks.drained(other, Said.nothing()));
    }

    // ---- cores that refuse, contradict or break

    @Test
    void aCoreIsToldWhatItCannotTake() {
        assertBroken(Rule.NO_MESSAGE_IS_REFUSED, () -> {
            CoreWorld world = led();
            CoreMember to = leader(world);
            CoreMember from = follower(world);
            deliver(world, from, to, new Message.RequestVote(9, from.id, to.id, 5, 1, 1, false));
        });
        assertBroken(Rule.NO_FACT_IS_CONTRADICTED, () -> {
            CoreWorld world = led();
            CoreMember to = follower(world);
            CoreMember from = third(world);
            deliver(world, from, to, heartbeat(from, to, to.raft().currentTerm()));
        });
        assertBroken(Rule.CORE_GOES_ON, () -> {
            CoreWorld world = led();
            leader(world).hint(new Input.Persisted(1_000_000));
            run(world, 1);
        });
    }

    // ---- clients

    /** It was told of another revision than the put has, of one that is not committed, or that it was refused. */
    @Test
    void clientsWereToldWhatIsNotSo() {
        KvResponse done = new KvResponse(2, new KvResponse.Done());
        KvResponse later = new KvResponse(3, new KvResponse.Done());
        toldOfPut(history -> history.returned(PUT, done, 1), true);
        toldOfPut(history -> history.refused(PUT, 1), false);
        assertBroken(Rule.ACKNOWLEDGED_IS_COMMITTED, () -> toldOfPut(history -> history.returned(PUT, done, 1), false));
        assertBroken(Rule.REFUSED_NEVER_HAPPENED, () -> toldOfPut(history -> history.refused(PUT, 1), true));
        assertBroken(Rule.LINEARIZABLE, () -> toldOfPut(history -> history.returned(PUT, later, 1), true));
        assertBroken(Rule.LINEARIZABLE, () -> world(true).operation(PUT.number()));
    }

    private static void toldOfPut(Consumer<CoreHistory> told, boolean isCommitted) {
        CoreHistory history = new CoreHistory();
        history.called(new CoreClient(world(true), 0), PUT, true, 0);
        if (isCommitted) {
            KvPair pair = new KvPair(Registers.key(PUT.key()), Registers.value(PUT.number()), 2, 2, 1);
            Entry entry = Entry.after(0, 1, 1, EntryKind.COMMAND, 40, PUT.number());
            history.applied(entry, List.of(KvChange.put(pair)), 2);
        }
        told.accept(history);
        history.check();
    }

    // ---- what must come in time

    @Test
    void thingsDoNotGoOnThoughAllIsWell() {
        CoreWorld leaderless = allCut(started(true));
        assertBroken(Rule.LEADER_IN_TIME, () -> new Healing(leaderless).run());

        CoreWorld alone = allCut(ledUnguarded());
        assertBroken(Rule.REQUESTS_END, () -> new Healing(alone).run());

        CoreWorld behind = led();
        cut(behind, follower(behind));
        assertBroken(Rule.ALL_CATCH_UP, () -> new Healing(behind).run());

        assertBroken(Rule.TRANSFER_WORKS, () -> new Healing(allCut(led())).handOver());

        new Healing(led()).run();
    }

    /** A learner that is to join by itself hears of nobody. */
    @Test
    void aChangeStaysOpenThoughAllIsWell() {
        Script three = world(true).script;
        CoreWorld world = led(startedWith(three.withSpares(1)));
        cut(world, world.members.get(3));
        Membership now = leader(world).raft().membership();
        List<Member> members = new ArrayList<>(now.members());
        members.add(world.described(4, true, 0));
        Membership joins = new Membership(members, now.voters(), List.of(), List.of(4L));
        leader(world).inTurn(() -> assertThat(leader(world).change(now.index(), joins))
                .isPositive());
        assertBroken(Rule.MEMBERSHIP_SETTLES, () -> new Healing(world).run());
    }

    private static CoreWorld startedWith(Script script) {
        CoreWorld world = new CoreWorld(script, RunListener.NONE);
        world.startMembers();
        return world;
    }

    /** All has come together by then, and nothing is asked any more. */
    @Test
    void oneCampaignsInAQuietCluster() {
        CoreWorld world = ledUnguarded();
        CoreMember follower = follower(world);
        world.after(() -> follower.hint(new Input.ElectionTimedOut()), 3L * ELECTION_TICKS * MILLI);
        assertBroken(Rule.QUIET_CLUSTER_KEEPS_ITS_LEADER, () -> new Healing(world).run());
    }

    /** Its links are down, and no fault says so: who watches for progress must take them for sound. */
    @Test
    void aClusterMakesNoProgressWhileFaultsRun() {
        CoreWorld world = allCut(world(true));
        assertBroken(Rule.QUORUM_MAKES_PROGRESS, world::run);

        CoreWorld told = world(true);
        told.progress.began(cut());
        told.members.forEach(member -> told.after(() -> told.end(member, "ends", true, true), 1));
        told.members.forEach(member -> told.after(() -> told.startIfDown(member), told.script.endNanos() - 1));
        told.run();
    }

    @Test
    void aRunHasNoEnd() {
        CoreWorld world = world(true);
        goRound(world);
        assertBroken(Rule.RUN_ENDS, world::run);
    }

    private static void goRound(CoreWorld world) {
        world.after(() -> goRound(world), 0);
    }
}
