package io.quorate.sim.node;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.Unseen;
import java.util.Map;
import java.util.TreeMap;

/** Images of directories, taken in time for the faults that put them back; and who would notice. */
final class OldImages {
    private static final long MILLI = 1_000_000;

    /** @param startCounter of the life in which it was taken, or the last before */
    private record Taken(SimMember.Held held, long startCounter) {}

    private final NodeWorld world;
    private final Map<Integer, Taken> taken = new TreeMap<>();

    OldImages(NodeWorld world) {
        this.world = world;
    }

    void plan(Fault fault) {
        world.queue.at(Math.max(0, fault.atNanos() - fault.strength() * MILLI), () -> take(fault));
    }

    private void take(Fault fault) {
        SimMember member = world.members.get(fault.member());
        if (member.directory() == SimMember.Directory.OWN) {
            taken.put(fault.number(), new Taken(member.held(), member.startCounter()));
        }
    }

    /** @return whether the image was put back */
    boolean restore(Fault fault) {
        SimMember member = world.members.get(fault.member());
        Taken old = taken.get(fault.number());
        if (old == null || member.directory() != SimMember.Directory.OWN || member.isOut()) {
            return false;
        }
        boolean sameLife = old.startCounter == member.startCounter();
        if (world.atlas.isBounded() && (sameLife || !old.held.isWhole() || !isRememberedByAll(member))) {
            return false;
        }
        member.restore(old.held);
        if (sameLife) {
            member.forgotten(Unseen.OLD_IMAGE_OF_LAST_LIFE);
        }
        return true;
    }

    /** Whether a member on an old image may start: where nothing may be lost, only if all its peers would refuse it. */
    boolean maySelfStart(SimMember member) {
        return member.directory() != SimMember.Directory.OLD || !world.atlas.isBounded() || isRememberedByAll(member);
    }

    /** A process has started: it knows nothing of the others' starts, and if it is on an old image, others may know of it. */
    void started(SimMember member) {
        if (member.isKnownToBeOld() && !isRememberedByAll(member)) {
            member.forgotten(Unseen.OLD_IMAGE_FORGOTTEN);
        } else if (member.isKnownToBeOld() && member.startCounter() > member.knownStarts()) {
            member.forgotten(Unseen.OLD_IMAGE_OF_LAST_LIFE); // killed so often before it was refused
        }
        for (SimMember other : world.members) {
            if (other != member && other.isKnownToBeOld() && other.isUp()) {
                other.forgotten(Unseen.OLD_IMAGE_FORGOTTEN);
            }
        }
    }

    private boolean isRememberedByAll(SimMember member) {
        for (SimMember other : world.members) {
            MemberLife life = other.life();
            if (other != member && (life == null || life.seenStarts(member.member.id()) < member.knownStarts())) {
                return false;
            }
        }
        return world.members.size() > 1;
    }
}
