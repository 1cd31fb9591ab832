package io.quorate.sim.node;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.storage.MemoryDisk.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Lets the faults of a script begin and end. What each strength means is said at {@link FaultKind}. */
final class FaultRunner {
    private static final long MILLI = 1_000_000;
    /** A loss of power that waits for a disk call in its middle waits no longer than this. */
    private static final long MOST_WAIT = 50 * MILLI;

    private static final int CALLS = 7;

    private final NodeWorld world;
    private final List<Fault> active = new ArrayList<>();
    /** By member: the loss of power that waits for a disk call in its middle, or did last. */
    private final Map<Integer, PowerCut> armed = new TreeMap<>();

    /** @param restartNanos after which it starts again when the power went within a call */
    private record PowerCut(Loss loss, Stream numbers, long restartNanos) {}

    FaultRunner(NodeWorld world) {
        this.world = world;
    }

    void plan() {
        for (Fault fault : world.script.faults()) {
            if (isFor(fault.member()) && isFor(fault.peer()) && fault.atNanos() < world.script.endNanos()) {
                world.ledger.planned(fault.kind());
                world.queue.at(fault.atNanos(), () -> begin(fault));
                if (fault.kind() == FaultKind.OLD_IMAGE) {
                    world.images.plan(fault);
                }
            }
        }
    }

    /** A smaller cluster than the faults were drawn for has no place for some. */
    private boolean isFor(int member) {
        return member < world.script.processes();
    }

    private void begin(Fault fault) {
        if (!world.atlas.allows(fault)) {
            return;
        }
        world.hash.event(EventKind.FAULT.code());
        world.hash.mix(fault.number());
        if (world.listener.isListening()) {
            world.listener.happened(new Happening.FaultBegan(world.queue.now(), fault));
        }
        active.add(fault);
        act(fault);
        world.queue.at(fault.endNanos(), () -> end(fault));
    }

    private void act(Fault fault) {
        switch (fault.kind().layer()) {
            case LINK -> onLink(fault);
            case MEMBER -> onMember(fault, world.members.get(fault.member()));
            case DISK -> onDisk(fault, world.members.get(fault.member()));
            case CLIENT -> world.clients.begin(fault);
        }
    }

    private void onLink(Fault fault) {
        if (fault.kind() == FaultKind.CONNECTION_RESET) {
            world.net.reset(fault.member(), fault.peer());
        } else {
            world.net.faults.begin(fault);
        }
    }

    private void onMember(Fault fault, SimMember member) {
        switch (fault.kind()) {
            case CRASH -> {
                if (member.isUp()) {
                    world.ledger.fired(FaultKind.CRASH);
                    member.stayDownUntil(fault.endNanos());
                    member.kill();
                }
            }
            case POWER_LOSS -> powerLoss(fault, member);
            case PAUSE -> {
                if (member.isUp()) {
                    world.ledger.fired(FaultKind.PAUSE);
                    member.pause();
                }
            }
            case SLOW_CLOCK, FAST_CLOCK -> {
                world.ledger.fired(fault.kind());
                member.clock.rate(fault.strength());
                member.clockChanged();
            }
            case CLOCK_JUMP -> {
                world.ledger.fired(FaultKind.CLOCK_JUMP);
                member.clock.jump(fault.strength() * MILLI);
                member.clockChanged();
            }
            default -> throw new IllegalArgumentException(fault.toString());
        }
    }

    /** At once, or in the middle of one of the next disk calls. */
    private void powerLoss(Fault fault, SimMember member) {
        if (!member.isUp()) {
            return;
        }
        world.ledger.fired(FaultKind.POWER_LOSS);
        member.stayDownUntil(fault.endNanos());
        Stream numbers = world.draws.of(fault);
        long restartNanos = SimMember.restartNanos(numbers);
        PowerCut cut = new PowerCut(loss(fault.strength()), numbers, restartNanos);
        int calls = (int) (fault.strength() >>> 8) % CALLS;
        if (calls == 0) {
            member.powerLoss(cut.loss, cut.numbers);
            return;
        }
        MemberLife life = member.life();
        arm(member, calls - 1, cut);
        world.queue.after(MOST_WAIT, () -> {
            if (member.life() == life) {
                losePower(member, cut);
            }
        });
    }

    /** The power goes in the middle of the disk call after so many, and that much of what was not flushed is gone. */
    void losePowerInCall(SimMember member, int calls, Loss loss, Stream numbers) {
        arm(member, calls, new PowerCut(loss, numbers, SimMember.restartNanos(numbers)));
    }

    private void arm(SimMember member, int calls, PowerCut cut) {
        armed.put(member.number, cut);
        member.disk.powerLossAfter(calls);
    }

    /** The power went within a disk call. */
    void loseArmedPower(SimMember member) {
        losePower(member, Objects.requireNonNull(armed.get(member.number)));
    }

    private static void losePower(SimMember member, PowerCut cut) {
        member.powerLoss(cut.loss, cut.numbers);
        member.startAgainSoon(cut.restartNanos);
    }

    private static Loss loss(long strength) {
        return switch ((int) Math.floorMod(strength, 4L)) {
            case 0 -> Loss.EVERYTHING;
            case 1 -> Loss.PREFIX;
            case 2 -> Loss.NOTHING_UNFLUSHED;
            default -> (strength & 4) == 0 ? Loss.RANDOM : Loss.TORN;
        };
    }

    private void onDisk(Fault fault, SimMember member) {
        switch (fault.kind()) {
            case BIT_ROT -> {
                if (!member.isOut() && member.disk.rot(fault, world.atlas.isBounded())) {
                    world.atlas.damaged(member.number);
                }
            }
            case WIPED -> wipe(fault, member);
            case OLD_IMAGE -> {
                if (world.images.restore(fault)) {
                    damaged(fault, member);
                }
            }
            case LOST_WRITE, MISDIRECTED_WRITE -> {
                world.atlas.damaged(member.number);
                member.disk.begin(fault);
            }
            default -> member.disk.begin(fault);
        }
    }

    private void wipe(Fault fault, SimMember member) {
        boolean known = world.members.stream()
                .anyMatch(other -> other != member
                        && other.directory() != SimMember.Directory.EMPTIED
                        && other.model().holdsSet());
        member.wipe(known);
        damaged(fault, member);
        world.directoryEmptied();
    }

    private void damaged(Fault fault, SimMember member) {
        world.ledger.fired(fault.kind());
        world.atlas.damaged(member.number);
        member.stayDownUntil(fault.endNanos());
        if (world.atlas.isBounded() && fault.kind() == FaultKind.OLD_IMAGE) {
            world.members.forEach(SimMember::callOffErrors);
        }
    }

    private void end(Fault fault) {
        if (!active.remove(fault)) {
            return;
        }
        if (world.listener.isListening()) {
            world.listener.happened(new Happening.FaultEnded(world.queue.now(), fault));
        }
        switch (fault.kind().layer()) {
            case LINK -> {
                world.net.faults.end(fault);
                world.net.unblocked();
            }
            case MEMBER -> endOnMember(fault, world.members.get(fault.member()));
            case DISK -> endOnDisk(fault, world.members.get(fault.member()));
            case CLIENT -> world.clients.end(fault);
        }
    }

    private static void endOnMember(Fault fault, SimMember member) {
        switch (fault.kind()) {
            case PAUSE -> member.resume();
            case SLOW_CLOCK, FAST_CLOCK -> {
                member.clock.right();
                member.clockChanged();
            }
            default -> member.startIfDue();
        }
    }

    /** An error that waits for its call waits on: it lasts until then. */
    private void endOnDisk(Fault fault, SimMember member) {
        switch (fault.kind()) {
            case WIPED, OLD_IMAGE -> member.startIfDue();
            case DISK_FULL, SLOW_DISK, STALLED_DISK -> member.disk.end(fault);
            default -> {}
        }
    }

    /** All is well from now on. */
    void heal() {
        for (Fault fault : List.copyOf(active)) {
            end(fault);
        }
        for (SimMember member : world.members) {
            member.callOffErrors();
            member.disk.callOffLies();
            member.stayDownUntil(0);
        }
    }
}
