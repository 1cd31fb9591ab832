package io.quorate.sim.node;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Script;
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

    private final NodeWorld world;
    private final List<Fault> active = new ArrayList<>();
    /** By member: the loss of power that waits for a disk call in its middle, or did last. */
    private final Map<Integer, PowerCut> armed = new TreeMap<>();
    /** By member: the loss of power that waits for its next start. */
    private final Map<Integer, PowerCut> inStart = new TreeMap<>();

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

    /**
     * A member begins to fetch a snapshot. Where connections are reset at all, half of all fetches meet that in their middle, and
     * where processes end, a quarter meets that: they are so short that chance alone seldom brings it about.
     */
    void fetchBegins(int member) {
        long now = world.queue.now();
        Stream lots = world.script.random().stream(Purpose.SNAPSHOT, now * Script.MAX_MEMBERS + member);
        long at = now + lots.logBetween(MILLI / 4, 64 * MILLI);
        int lot = lots.below(4);
        if (at >= world.script.endNanos()) {
            return;
        }
        if (lot < 2 && plans(FaultKind.CONNECTION_RESET)) {
            world.queue.at(at, () -> resetAll(member));
        } else if (lot == 2 && plans(FaultKind.CRASH)) {
            world.queue.at(at, () -> restart(world.members.get(member)));
        }
    }

    private boolean plans(FaultKind kind) {
        return world.script.faults().stream().anyMatch(fault -> fault.kind() == kind);
    }

    private void restart(SimMember member) {
        if (member.isUp() && world.atlas.mayEnd()) {
            world.ledger.fired(FaultKind.CRASH);
            member.kill();
            member.startAgainSoon(SimMember.restartNanos(member.lots));
        }
    }

    private void resetAll(int member) {
        for (int other = 0; other < world.script.processes(); other++) {
            if (other != member) {
                world.net.reset(member, other);
            }
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

    /**
     * At once, or in the middle of one of the next disk calls; sometimes again in the start that follows. Of a member that does
     * not run, at once as well, or in its next start.
     */
    private void powerLoss(Fault fault, SimMember member) {
        if (member.isOut()) {
            return;
        }
        PowerCut cut = PowerCut.of(fault, world.draws);
        boolean isUp = member.isUp();
        member.stayDownUntil(fault.endNanos());
        if (isUp ? cut.goesAgain() : cut.calls() > 0) {
            inStart.put(member.number, cut);
        }
        if (cut.calls() == 0) {
            lose(member, cut, isUp ? PowerCut.LOST_POWER : PowerCut.LOST_POWER + " while it did not run");
        } else if (isUp) {
            arm(member, cut, cut.calls() - 1);
            loseSoon(member);
        }
    }

    private void arm(SimMember member, PowerCut cut, int calls) {
        armed.put(member.number, cut);
        member.disk.powerLossAfter(calls);
    }

    /**
     * Before the process of a member begins.
     *
     * @return whether the power goes while it starts, or soon after
     */
    boolean armForStart(SimMember member) {
        PowerCut cut = inStart.remove(member.number);
        if (cut == null || !world.atlas.mayEnd()) {
            return false;
        }
        arm(member, cut, cut.ofStart());
        return true;
    }

    /** Where no call comes in time the power goes between two. */
    void loseSoon(SimMember member) {
        MemberLife life = member.life();
        world.queue.after(MOST_WAIT, () -> {
            if (member.life() == life && member.disk.awaitsPowerLoss()) {
                loseArmedPower(member);
            }
        });
    }

    /** The power goes in the middle of the disk call after so many, and that much of what was not flushed is gone. */
    void losePowerInCall(SimMember member, int calls, Loss loss, Stream numbers) {
        arm(member, PowerCut.once(loss, numbers), calls);
    }

    /** The power went within a disk call. */
    void loseArmedPower(SimMember member) {
        PowerCut cut = Objects.requireNonNull(armed.get(member.number));
        if (member.isUp()) {
            lose(member, cut, PowerCut.LOST_POWER);
        } else {
            world.ledger.hit(Mark.POWER_LOST_IN_START);
            lose(member, cut, PowerCut.LOST_POWER + " in its start");
        }
        member.startAgainSoon(cut.restartNanos());
    }

    private void lose(SimMember member, PowerCut cut, String why) {
        world.ledger.fired(FaultKind.POWER_LOSS);
        member.powerLoss(cut.loss(), cut.numbers(), why);
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
        inStart.clear();
    }
}
