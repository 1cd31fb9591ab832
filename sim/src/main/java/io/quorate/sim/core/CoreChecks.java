package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.membership.Membership;

/** All that is judged while a run goes on: each rule in a small class of its own, called where it can be broken. */
final class CoreChecks {
    private final CommittedLog committed;
    private final Elections elections;
    private final LogMatching matching;
    private final Promises promises;
    private final Loyalty loyalty;
    private final Applies applies;
    private final Memberships memberships;
    private final Transfers transfers;

    CoreChecks(CoreWorld world) {
        committed = new CommittedLog(world);
        promises = new Promises(world);
        elections = new Elections(world, committed, promises);
        matching = new LogMatching(world, elections);
        memberships = new Memberships(world, committed, elections);
        transfers = new Transfers(world, elections);
        loyalty = new Loyalty(world);
        applies = new Applies(world.script.processes());
    }

    /** Last index that any member committed. */
    long committed() {
        return committed.lastIndex();
    }

    /** The newest that any member committed; that of the first start before any was. */
    Membership committedMembership() {
        Membership told = committed.entries().membershipAt(committed.lastIndex());
        return told == null ? Membership.NONE : told;
    }

    CommittedLog committedLog() {
        return committed;
    }

    void started(CoreMember member) {
        promises.started(member);
        loyalty.started(member);
        committed.started(member);
        applies.started(member);
        memberships.started(member);
        transfers.started(member);
    }

    /** A record joined a member's ring. */
    void appended(CoreMember member, Entry entry) {
        matching.appended(member, entry);
    }

    /** It tells a membership; {@code before} was the newest. */
    void membershipAppended(CoreMember member, Membership before, Entry entry) {
        memberships.appended(member, before, entry);
    }

    /** Its commit index may have risen, and nothing was decided since by another membership. */
    void committing(CoreMember member) {
        committed.drained(member);
    }

    /** A turn begins: time has passed, and nothing else has come yet. */
    void turnBegins(CoreMember member) {
        loyalty.turnBegins(member);
    }

    void hinted(CoreMember member, Input hint) {
        loyalty.hinted(member, hint);
    }

    /** A message is about to be taken in. */
    void receiving(CoreMember member) {
        loyalty.receiving(member);
    }

    /** A message was taken in. */
    void received(CoreMember member, Message message) {
        loyalty.received(member, message);
        matching.received(member, message);
    }

    /** A turn is over. */
    void drained(CoreMember member, Effects effects) {
        matching.coreKnowsItsLog(member);
        elections.drained(member);
        committed.drained(member);
        promises.drained(member);
        loyalty.drained(member, effects.messages());
        RingUse.drained(member, effects);
        memberships.drained(member, effects.events());
        transfers.drained(member, effects.events());
    }

    /** A message leaves. */
    void leaving(CoreMember member, Message message) {
        promises.leaving(member, message);
        matching.leaving(member, message);
        transfers.leaving(member, message);
    }

    // ---- operators

    void changeDone(CoreMember member, long index, long term) {
        memberships.done(member, index, term);
    }

    void changeRefused(CoreMember member, long lastBefore, Membership before, Object why) {
        memberships.refused(member, lastBefore, before, why);
    }

    // ---- snapshots

    /** A snapshot is whole and under its name. */
    void snapshotKept(CoreMember member, SnapshotFile snapshot) {
        committed.snapshotKept(member, snapshot);
        applies.snapshotKept(member, snapshot);
    }

    /** Its state machine is what that snapshot held. */
    void restored(CoreMember member, SnapshotFile snapshot) {
        applies.restored(member, snapshot);
    }

    /** Entries before this index are about to go from a member's disk. */
    void dropping(CoreMember member, long firstIndex) {
        CoreDisk disk = member.disk();
        Rule.LOG_KEEPS_THE_REST.require(
                firstIndex <= disk.mark().index() + 1,
                () -> member + " drops entries before " + firstIndex + ", and its disk is marked at "
                        + disk.mark().index());
    }

    /** A write is about to be kept by the disk. */
    void keeping(CoreMember member, CoreDisk.Pending done) {
        committed.keeping(member, done);
    }

    void applying(CoreMember member, Entry entry) {
        committed.applying(member, entry);
        applies.applying(member, entry);
    }

    void applied(CoreMember member, Entry entry) {
        applies.applied(member, entry);
    }

    void serving(CoreMember member, long readIndex, long floor) {
        Rule.READ_IS_FRESH.require(
                readIndex >= floor,
                () -> member + " serves a read at " + readIndex + ", but " + floor + " was committed when it came");
        Rule.READ_IS_APPLIED.require(
                member.machine().appliedIndex() >= readIndex,
                () -> member + " serves a read at " + readIndex + ", but has applied "
                        + member.machine().appliedIndex());
    }
}
