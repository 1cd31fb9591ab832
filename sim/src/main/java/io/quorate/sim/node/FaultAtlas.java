package io.quorate.sim.node;

import io.quorate.sim.core.Fault;
import java.util.List;
import java.util.TreeSet;

/**
 * Which faults may happen where nothing may be lost. What an acknowledged entry or a vote rests on is a majority of directories
 * that hold it, and damage that is seen takes a member out as if it were down for good. So damage is let through
 *
 * <ul>
 *   <li>for fewer than half of the members in a run, the same ones whenever it happens again;
 *   <li>only once every member holds the first set durably: before, a member that is out would hold up the first start for ever;
 *   <li>once before the next: a second one could take away what proves the first;
 *   <li>only where a start must see it: bytes with something durable behind them, lies that were written past; an empty
 *       directory, which peers with a set refuse; an old image while every peer runs and has seen a later start, for as long
 *       as the member on it runs. Nobody else may end in that time, for who starts anew has forgotten.
 * </ul>
 *
 * Faults that damage nothing that was acknowledged (crashes, losses of power, errors that are reported) have no bound.
 */
final class FaultAtlas {
    private final List<SimMember> members;
    private final boolean bounded;
    private final TreeSet<Integer> damaged = new TreeSet<>();

    FaultAtlas(List<SimMember> members, boolean bounded) {
        this.members = members;
        this.bounded = bounded;
    }

    /** Whether the fault may begin now. */
    boolean allows(Fault fault) {
        if (!bounded) {
            return true;
        }
        return switch (fault.kind()) {
            case BIT_ROT, LOST_WRITE, MISDIRECTED_WRITE ->
                mayDamage(fault.member())
                        && !isAnybodyOld()
                        && members.get(fault.member()).disk.isSound();
            case WIPED, OLD_IMAGE -> mayDamage(fault.member()) && !isAnybodyOld();
            case CRASH, POWER_LOSS, WRITE_ERROR, FLUSH_ERROR_KEPT, FLUSH_ERROR_DROPPED, DISK_FULL -> mayEnd();
            default -> true;
        };
    }

    /** The fault has done damage. */
    void damaged(int member) {
        damaged.add(member);
    }

    private boolean mayDamage(int member) {
        int most = (members.size() - 1) / 2;
        boolean formed = members.stream().allMatch(each -> each.model().holdsSet());
        boolean isNew = damaged.size() < most && formed;
        return (damaged.contains(member) || isNew) && !members.get(member).isOut();
    }

    /** Whether a member has an old image and has not been refused yet. */
    private boolean isAnybodyOld() {
        return members.stream().anyMatch(each -> each.directory() == SimMember.Directory.OLD && !each.isOut());
    }

    /** Whether a process may be ended now, by whatever: who starts anew has forgotten who is on an old image. */
    boolean mayEnd() {
        return !bounded || !isAnybodyOld();
    }

    boolean isBounded() {
        return bounded;
    }
}
