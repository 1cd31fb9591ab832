package io.quorate.raft;

import io.quorate.raft.TestMember.Entry;
import io.quorate.raft.TestMember.Parcel;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;

/**
 * Member 1 of a few, its peers played by the test: what it is sent is written out, and what it says is looked at. Its log is
 * given as the terms of its entries, so {@code log(1, 1, 2)} is three entries.
 */
final class Scene {
    static final long SELF = 1;

    final TestMember member;

    private Scene(RaftConfig config, Membership membership) {
        member = new TestMember(config, new SnapshotMark(0, 0, membership), 5);
    }

    static RaftConfig config() {
        return new RaftConfig(0, SELF, 101, 10, 100, true, true, 10_000, 1000, 3000, 4, 4, 5, true);
    }

    static Scene of(int size) {
        return of(size, config());
    }

    static Scene of(int size, RaftConfig config) {
        return new Scene(config, voters(size));
    }

    static Scene of(Membership membership) {
        return new Scene(config(), membership);
    }

    static RaftConfig without(boolean preVote, boolean checkQuorum) {
        return new RaftConfig(0, SELF, 101, 10, 100, preVote, checkQuorum, 10_000, 1000, 3000, 4, 4, 5, true);
    }

    static Membership voters(int size) {
        return Membership.ofVoters(members(size));
    }

    static List<Member> members(int size) {
        List<Member> members = new ArrayList<>();
        for (long id = 1; id <= size; id++) {
            members.add(new Member(id, 100 + id, "n" + id, List.of()));
        }
        return members;
    }

    Scene term(long term, long votedFor) {
        member.hardState = new HardState(term, votedFor, member.hardState.commitHint());
        member.restart(5);
        return this;
    }

    Scene log(long... terms) {
        member.durable.clear();
        long term = Math.max(member.hardState.currentTerm(), terms[terms.length - 1]);
        member.hardState = new HardState(term, member.hardState.votedFor(), member.hardState.commitHint());
        for (long entryTerm : terms) {
            member.durable.add(entry(member.durable.size() + 1L, entryTerm));
        }
        member.restart(5);
        return this;
    }

    Scene committed(long index) {
        member.hardState = new HardState(member.hardState.currentTerm(), member.hardState.votedFor(), index);
        member.restart(5);
        return this;
    }

    static Entry entry(long index, long term) {
        return new Entry(index, term, EntryKind.COMMAND, 40, "v" + index + "@" + term, Membership.NONE);
    }

    Raft raft() {
        return member.raft;
    }

    // ---- what it is told

    Scene receive(Message message) {
        member.receive(new Parcel(message, List.of()));
        return this;
    }

    static Message requestVote(long from, long term, long lastLogIndex, long lastLogTerm) {
        return new Message.RequestVote(0, from, SELF, term, lastLogIndex, lastLogTerm);
    }

    static Message requestPreVote(long from, long term, long lastLogIndex, long lastLogTerm) {
        return new Message.RequestPreVote(0, from, SELF, term, lastLogIndex, lastLogTerm);
    }

    static Message vote(long from, long term) {
        return new Message.VoteAnswer(0, from, SELF, term, VoteRefusal.NONE);
    }

    static Message preVote(long from, long term) {
        return new Message.PreVoteAnswer(0, from, SELF, term, VoteRefusal.NONE);
    }

    /** AppendEntries with entries of these terms behind prevLogIndex. */
    Scene append(long from, long term, long prevLogIndex, long prevLogTerm, long leaderCommit, long... terms) {
        return append(from, term, prevLogIndex, prevLogTerm, leaderCommit, 0L, terms);
    }

    private Scene append(long from, long term, long prev, long prevTerm, long commit, long round, long[] terms) {
        List<Entry> entries = new ArrayList<>();
        for (long entryTerm : terms) {
            entries.add(entry(prev + 1 + entries.size(), entryTerm));
        }
        EntryRun run = entries.isEmpty() ? EntryRun.empty(prev + 1) : TestMember.describe(entries);
        member.receive(new Parcel(
                new Message.AppendEntries(0, from, SELF, term, prev, prevTerm, commit, round, run), entries));
        return this;
    }

    Scene heartbeat(long from, long term, long prevLogIndex, long prevLogTerm, long leaderCommit, long readRound) {
        return append(from, term, prevLogIndex, prevLogTerm, leaderCommit, readRound, new long[0]);
    }

    /** A follower holds all up to here durably. */
    Scene acknowledge(long from, long index) {
        return acknowledge(from, index, index, 0);
    }

    Scene acknowledge(long from, long verifiedIndex, long durableIndex, long readRound) {
        return receive(new Message.AppendAnswer(
                0, from, SELF, raft().currentTerm(), verifiedIndex, durableIndex, readRound, 0, 0, 0));
    }

    Scene reject(long from, long rejectedIndex, long conflictIndex, long conflictTerm) {
        return receive(new Message.AppendAnswer(
                0, from, SELF, raft().currentTerm(), 0, 0, 0, rejectedIndex, conflictIndex, conflictTerm));
    }

    // ---- what it says

    /** Ends the turn and takes what may leave now, before any disk. */
    List<Message> drain() {
        member.drain();
        List<Message> said = member.outbox.stream().map(Parcel::message).toList();
        member.outbox.clear();
        return said;
    }

    /** Ends the turn, lets the disk finish and takes all that leaves. */
    List<Message> settle() {
        List<Message> said = new ArrayList<>(drain());
        while (!member.writes.isEmpty()) {
            member.persistOne();
            said.addAll(drain());
        }
        return said;
    }

    <M extends Message> M settle(Class<M> type) {
        return only(settle(), type);
    }

    /** The one message of that kind that leaves when the turn's write is persisted. */
    <M extends Message> M drainAfterWrite(Class<M> type) {
        List<Message> said = new ArrayList<>(drain());
        member.persistOne();
        member.outbox.forEach(parcel -> said.add(parcel.message()));
        member.outbox.clear();
        return only(said, type);
    }

    /** Entries of these terms, from that index on. */
    static EntryRun run(long first, long... terms) {
        List<Entry> entries = new ArrayList<>();
        for (long entryTerm : terms) {
            entries.add(entry(first + entries.size(), entryTerm));
        }
        return TestMember.describe(entries);
    }

    <M extends Message> M drain(Class<M> type) {
        return only(drain(), type);
    }

    private static <M extends Message> M only(List<Message> said, Class<M> type) {
        List<M> found = all(said, type);
        if (found.size() != 1) {
            throw new AssertionError("not exactly one " + type.getSimpleName() + " in " + said);
        }
        return found.get(0);
    }

    static <M extends Message> List<M> all(List<Message> said, Class<M> type) {
        return said.stream().filter(type::isInstance).map(type::cast).toList();
    }

    // ---- roles

    /** Elected by all the others, term start persisted and sent. */
    Scene lead() {
        member.timeOut();
        settle();
        if (raft().role() == RoleName.PRE_CANDIDATE) {
            others().forEach(id -> receiveIf(RoleName.PRE_CANDIDATE, preVote(id, raft().currentTerm() + 1)));
            settle();
        }
        others().forEach(id -> receiveIf(RoleName.CANDIDATE, vote(id, raft().currentTerm())));
        settle();
        if (raft().role() != RoleName.LEADER) {
            throw new AssertionError("it does not lead: " + member);
        }
        return this;
    }

    private void receiveIf(RoleName role, Message message) {
        if (raft().role() == role) {
            receive(message);
        }
    }

    /** Elected, and its first entry is committed by all. */
    Scene leadAndCommit() {
        lead();
        others().forEach(id -> acknowledge(id, raft().lastIndex()));
        settle();
        apply();
        return this;
    }

    List<Long> others() {
        return raft().membership().members().stream()
                .map(Member::id)
                .filter(id -> id != SELF && raft().membership().isVoter(id))
                .toList();
    }

    Scene apply() {
        while (member.canApply()) {
            member.applyOne();
        }
        return this;
    }

    Scene propose(int count) {
        for (int i = 0; i < count; i++) {
            member.propose("p" + i, 40);
        }
        return this;
    }
}
