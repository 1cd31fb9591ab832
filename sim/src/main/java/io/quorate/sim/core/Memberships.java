package io.quorate.sim.core;

import io.quorate.raft.RaftEvent;
import io.quorate.raft.membership.Membership;
import java.util.List;
import java.util.Objects;

/** Who belongs to the cluster: from one membership to the next no two quorums decide apart, and all commit the same. */
final class Memberships {
    private final CoreWorld world;
    private final CommittedLog committed;
    private final Elections elections;

    /** By member: index of the newest membership that it called committed in this life. */
    private final long[] told;

    Memberships(CoreWorld world, CommittedLog committed, Elections elections) {
        this.world = world;
        this.elections = elections;
        this.committed = committed;
        this.told = new long[world.script.processes()];
    }

    void started(CoreMember member) {
        told[member.number] = 0;
    }

    /** An entry that tells a membership joined a member's ring. */
    void appended(CoreMember member, Membership before, Entry entry) {
        Membership after = entry.membership();
        // Who joins begins with nobody, and then sees some of a history that others have checked.
        if (after == null || before.members().isEmpty()) {
            return;
        }
        Rule.QUORUMS_INTERSECT.require(
                after.equals(before) || !Quorums.mayDisagree(before, after),
                () -> member + " holds " + after + " behind " + before + ": two majorities without anybody in both");
        if (member.raft().leadsIn(entry.term()) && elections.newestTerm() == entry.term()) {
            requireCaughtUp(member, before, entry);
        }
    }

    /** Whoever counts from now on has nearly all of the log that the change went into. */
    private void requireCaughtUp(CoreMember leader, Membership before, Entry entry) {
        Membership after = Objects.requireNonNull(entry.membership());
        List<Long> counted = before.countedVoters();
        for (long id : after.countedVoters()) {
            CoreMember voter = world.members.get((int) id - 1);
            long lacks = entry.index() - 1 - voter.disk().durable().lastIndex();
            Rule.NEW_VOTER_HOLDS_THE_LOG.require(
                    counted.contains(id) || lacks <= world.script.limits().caughtUpEntries(),
                    () -> leader + " makes " + voter + " a voter, whose disk lacks " + lacks + " entries");
        }
    }

    /** A turn is over. */
    void drained(CoreMember member, List<RaftEvent> events) {
        Membership newest = member.newestMembership();
        Membership decidesBy = member.raft().membership();
        Rule.CORE_KNOWS_ITS_MEMBERSHIP.require(
                newest.equals(decidesBy),
                () -> member + " decides by " + decidesBy + ", but the newest of its log is " + newest);
        for (RaftEvent event : events) {
            if (event instanceof RaftEvent.MembershipCommitted at) {
                committed(member, at.index());
            }
        }
    }

    private void committed(CoreMember member, long index) {
        Membership there = index <= committed.lastIndex() ? committed.entries().membershipAt(index) : null;
        Rule.MEMBERSHIPS_COMMIT_IN_ORDER.require(
                index > told[member.number] && there != null,
                () -> member + " calls the membership of index " + index + " committed after that of "
                        + told[member.number] + "; committed there is " + there);
        told[member.number] = index;
    }

    /** An operator was told that what it asked for is done, by that entry. */
    void done(CoreMember member, long index, long term) {
        Entry entry = index <= committed.lastIndex() ? committed.entries().get(index) : null;
        Rule.CHANGE_DONE_IS_COMMITTED.require(
                entry != null && entry.term() == term && entry.membership() != null,
                () -> member + " says that the change at " + index + "@" + term + " is done; committed there is "
                        + entry);
    }

    /** A change or a transfer was refused. */
    void refused(CoreMember member, long lastBefore, Membership before, Object why) {
        Rule.REFUSED_CHANGES_NOTHING.require(
                member.raft().lastIndex() == lastBefore
                        && member.raft().membership().equals(before),
                () -> member + " refuses a change, " + why + ", and has "
                        + member.raft().membership() + " after " + before);
    }
}
