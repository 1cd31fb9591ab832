package io.quorate.sim.core;

import io.quorate.raft.Raft;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.List;

/** What was ever committed, by whom first: no member may contradict it, and no disk that held it may drop it. */
final class CommittedLog {
    private final CoreWorld world;
    private final EntryLog committed = new EntryLog();
    private final long[] known;

    CommittedLog(CoreWorld world) {
        this.world = world;
        this.known = new long[world.script.processes()];
    }

    long lastIndex() {
        return committed.lastIndex();
    }

    EntryLog entries() {
        return committed;
    }

    void started(CoreMember member) {
        known[member.number] = 0;
        drained(member);
    }

    /** What this member commits is new and durable on a majority, or the same as what others did. */
    void drained(CoreMember member) {
        long through = member.raft().commitIndex();
        long gone = member.log().prevIndex();
        for (long index = Math.max(known[member.number], gone) + 1; index <= through; index++) {
            Entry entry = member.log().get(index);
            if (index <= committed.lastIndex()) {
                Entry first = committed.get(index);
                Rule.STATE_MACHINE_SAFETY.require(
                        first.isSame(entry), () -> member + " commits " + entry + " where " + first + " is committed");
            } else {
                requireDurable(member, entry);
                committed.put(entry);
                world.marks.committed(member, entry);
            }
            member.committed(entry.membership());
        }
        known[member.number] = Math.max(known[member.number], through);
    }

    private void requireDurable(CoreMember member, Entry entry) {
        Raft raft = member.raft();
        requireDurable(member, entry, raft.membership(), raft.membership().voters());
        requireDurable(member, entry, raft.membership(), raft.membership().outgoingVoters());
    }

    private void requireDurable(CoreMember member, Entry entry, Membership membership, List<Long> half) {
        int voters = 0;
        int holders = 0;
        for (long id : half) {
            Member voter = membership.member(id);
            if (voter != null && voter.incarnation() != 0) {
                voters++;
                holders += world.members.get((int) id - 1).disk().vouchesFor(entry) ? 1 : 0;
            }
        }
        int all = voters;
        int count = holders;
        Rule.COMMIT_IS_DURABLE.require(
                voters == 0 || holders > voters / 2,
                () -> member + " commits " + entry + ", which " + count + " of " + all + " disks hold");
    }

    /** What a snapshot tells of its last entry is what is committed there. */
    void snapshotKept(CoreMember member, SnapshotFile snapshot) {
        SnapshotMark mark = snapshot.mark();
        Entry entry = mark.index() <= committed.lastIndex() ? committed.get(mark.index()) : null;
        Membership told = entry == null ? null : committed.membershipAt(mark.index());
        Rule.SNAPSHOT_IS_WHAT_IS_COMMITTED.require(
                entry != null
                        && entry.term() == mark.term()
                        && entry.prefixHash() == snapshot.prefixHash()
                        && mark.membership().equals(told),
                () -> member + " has a snapshot that says " + mark + ", but committed there is " + entry + " with "
                        + told);
    }

    /** What a mark in the same write covers is in a snapshot. */
    void keeping(CoreMember member, CoreDisk.Pending done) {
        long from = done.write().truncateFrom();
        if (from == 0) {
            return;
        }
        SnapshotMark mark = done.write().mark();
        EntryLog durable = member.disk().durable();
        long first = Math.max(mark == null ? 0 : mark.index(), durable.prevIndex()) + 1;
        for (long index = Math.max(from, first);
                index <= Math.min(durable.lastIndex(), committed.lastIndex());
                index++) {
            Entry lost = durable.get(index);
            boolean isCommitted = committed.get(index).isSame(lost);
            Rule.COMMITTED_STAYS_DURABLE.require(
                    !isCommitted, () -> member + "'s disk drops " + lost + ", which is committed");
        }
    }

    void applying(CoreMember member, Entry entry) {
        Rule.STATE_MACHINE_SAFETY.require(
                entry.index() <= committed.lastIndex()
                        && committed.get(entry.index()).isSame(entry),
                () -> member + " applies " + entry + ", which is not committed");
    }
}
