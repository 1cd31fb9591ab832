package io.quorate.sim.node;

import io.quorate.node.StateHashStatus;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore.LogWrite;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.StateHashCodec;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.sim.core.Mark;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * In some of the runs something goes wrong in the state of one member, once, as by a fault of its memory; and what must follow from
 * that. The numbers are of a stream of their own, so it comes in addition to whatever faults a seed has.
 */
final class StateFaults {
    private static final long MILLI = 1_000_000;

    private final NodeWorld world;
    private final boolean isPlanned;

    /** Members whose state is, or was, not what commands have made it. */
    private final TreeSet<Integer> scarred = new TreeSet<>();

    /** By member: entries of its log that tell what states were, and the index of which they tell it. */
    private final Map<Integer, TreeMap<Long, Long>> agreed = new TreeMap<>();

    StateFaults(NodeWorld world) {
        this.world = world;
        Stream lots = lots(-2);
        isPlanned = world.script.members() >= 3
                && world.script.interventions().isEmpty()
                && world.settings.options().stateHashEntries() > 0 && lots.hits(250);
    }

    private Stream lots(int key) {
        return world.script.random().stream(Purpose.STATE, key);
    }

    void plan() {
        if (isPlanned) {
            Stream lots = lots(-3);
            SimMember member = world.members.get(lots.below(world.script.members()));
            long number = lots.next() | 1;
            world.queue.at(lots.between(200 * MILLI, world.script.endNanos()), () -> scar(member, number));
        }
    }

    void scar(SimMember member, long number) {
        MemberLife life = member.life();
        if (life != null) {
            life.store.scar(number);
            scarred(member);
        }
    }

    /** A member's log is to hold these. */
    void submitted(SimMember member, LogWrite write) {
        if (!write.write().hasEntries()) {
            return;
        }
        TreeMap<Long, Long> told = agreed.computeIfAbsent(member.number, number -> new TreeMap<>());
        told.tailMap(write.write().firstIndex(), true).clear();
        for (ByteBuffer records : write.records()) {
            for (int at = records.position(); at < records.limit(); at += LogRecord.sizeAt(records, at)) {
                if (LogRecord.kind(records, at) == RecordKind.STATE_HASH) {
                    told.put(LogRecord.index(records, at), StateHashCodec.index(LogRecord.payload(records, at)));
                }
            }
        }
    }

    /** A member's state is not what commands have made it: by a fault, or since it was restored from one that is so. */
    void scarred(SimMember member) {
        scarred.add(member.number);
    }

    /** Where only one is, all others are right, and a majority. */
    private boolean isScarredAlone(SimMember member) {
        return scarred.size() == 1 && scarred.contains(member.number);
    }

    /** A member has answered a read, or told what a command gave, of its state at that index. */
    void served(SimMember member, long appliedIndex) {
        MemberLife life = member.life();
        if (life == null || !life.store.isScarred() || !isScarredAlone(member)) {
            return;
        }
        long held = world.settings.options().stateHashEntries();
        agreed.getOrDefault(member.number, new TreeMap<>())
                .headMap(appliedIndex, true)
                .forEach((entry, of) -> NodeRule.DIFFERENT_SERVES_NOTHING.requireAt(
                        entry,
                        of < life.store.firstEffectBehind() || entry - of >= held,
                        () -> member.member.name() + " answered at " + appliedIndex + ", differs since "
                                + life.store.scarredBehind() + ", and applied at " + entry
                                + " what others had at " + of));
    }

    /**
     * A life of a member refuses since it differs. However many were restored from the snapshot of the one that a fault has changed: they are
     * no witnesses beside it, so nobody whose state is right is found wrong.
     */
    void refused(MemberLife life) {
        NodeRule.STATE_HASH_AGREES.require(
                life.store.wasScarred(),
                () -> life.member.member.name() + " says that its state differs, and nothing has changed it");
        world.ledger.hit(Mark.STATE_DIFFERED);
    }

    /** Asks all what they have found. */
    void ask() {
        for (SimMember member : world.members) {
            MemberLife life = member.life();
            if (life != null) {
                var unused = life.handle.status().thenAccept(status -> {
                    if (member.life() == life) {
                        world.judge.check(() -> told(member, life, status.stateHash()));
                    }
                });
            }
        }
    }

    private void told(SimMember member, MemberLife life, StateHashStatus status) {
        if (status.agreedIndex() > 0) {
            world.ledger.hit(Mark.STATES_COMPARED);
        }
        life.differs = status.differs();
        life.counts = status.notCompared() == null;
        if (!status.differs()) {
            return;
        }
        refused(life);
        if (isScarredAlone(member) && status.sameThrough() == status.differsFrom() - 1) {
            NodeRule.STATE_HASH_AGREES.requireAt(
                    status.differsFrom(),
                    !life.store.isScarred() || status.differsFrom() == life.store.firstEffectBehind(),
                    () -> member.member.name() + " names entry " + status.differsFrom() + ", and its state was changed behind "
                            + life.store.scarredBehind());
            world.ledger.hit(Mark.STATE_DIFFERENCE_NAMED);
        }
    }

    /**
     * Whether a member differs alone, and has not found out yet, though enough of the others run whose word counts: it will when some more
     * entries are written.
     */
    boolean isOpen() {
        boolean isCompared = world.settings.options().stateHashEntries() > 0 && !world.judge.hasUnseen();
        if (!isCompared || scarred.size() != 1) {
            return false;
        }
        SimMember member = world.members.get(scarred.first());
        MemberLife life = member.life();
        int right = 0;
        for (SimMember other : world.members) {
            boolean isWitness = other.isUp() && other.running().counts && !other.model().isDamaged();
            right += other != member && isWitness ? 1 : 0;
        }
        return life != null && life.store.isScarred() && !life.differs && right > world.script.members() / 2;
    }

    /** There was time enough. */
    void judgeFound() {
        NodeRule.DIFFERENCE_IS_FOUND.require(!isOpen(), () -> "member " + (scarred.first() + 1) + " has not found out");
    }
}
