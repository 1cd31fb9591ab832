package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.Message;

/** All that is judged while a run goes on: each rule in a small class of its own, called where it can be broken. */
final class CoreChecks {
    private final CommittedLog committed;
    private final Elections elections;
    private final LogMatching matching;
    private final Promises promises;
    private final Loyalty loyalty;
    private final Applies applies;

    CoreChecks(CoreWorld world) {
        committed = new CommittedLog(world);
        elections = new Elections(world, committed);
        matching = new LogMatching(world, elections);
        promises = new Promises(world);
        loyalty = new Loyalty(world);
        applies = new Applies(world.script.members());
    }

    /** Last index that any member committed. */
    long committed() {
        return committed.lastIndex();
    }

    CommittedLog committedLog() {
        return committed;
    }

    void started(CoreMember member) {
        promises.started(member);
        loyalty.started(member);
        committed.started(member);
        applies.started(member);
    }

    /** A record joined a member's ring. */
    void appended(CoreMember member, Entry entry) {
        matching.appended(member, entry);
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
    }

    /** A message leaves. */
    void leaving(CoreMember member, Message message) {
        promises.leaving(member, message);
        matching.leaving(member, message);
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
