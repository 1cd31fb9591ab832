package io.quorate.sim.core;

import io.quorate.raft.Input;
import java.util.ArrayList;
import java.util.List;

/** Lets the faults of a script begin and end, and says which are on. */
final class CoreFaults {
    private static final long MILLI = 1_000_000;

    private final CoreWorld world;
    private final int members;
    private final List<List<Fault>> byLink = new ArrayList<>();
    private final List<Fault> slowDisks = new ArrayList<>();
    private final List<Fault> clients = new ArrayList<>();

    CoreFaults(CoreWorld world) {
        this.world = world;
        this.members = world.script.processes();
        for (int link = 0; link < members * members; link++) {
            byLink.add(new ArrayList<>());
        }
    }

    void plan() {
        for (Fault fault : world.script.faults()) {
            if (fault.member() < members && fault.peer() < members && fault.atNanos() < world.script.endNanos()) {
                world.ledger.planned(fault.kind());
                world.queue.at(fault.atNanos(), () -> begin(fault));
            }
        }
    }

    /** Those that are on on a directed link. */
    List<Fault> on(int from, int to) {
        return byLink.get(from * members + to);
    }

    long diskDelay(int member) {
        long delay = 0;
        for (Fault fault : slowDisks) {
            if (fault.member() == member) {
                world.ledger.fired(FaultKind.SLOW_DISK);
                delay += world.draws.of(fault).between(0, fault.strength() * 1000);
            }
        }
        return delay;
    }

    long clientPatience(long usual) {
        for (Fault fault : clients) {
            if (fault.kind() == FaultKind.CLIENT_GIVES_UP) {
                world.ledger.fired(FaultKind.CLIENT_GIVES_UP);
                return Math.min(usual, fault.strength() * MILLI);
            }
        }
        return usual;
    }

    boolean clientsRetryAtOnce() {
        for (Fault fault : clients) {
            if (fault.kind() == FaultKind.CLIENT_RETRY) {
                world.ledger.fired(FaultKind.CLIENT_RETRY);
                return true;
            }
        }
        return false;
    }

    private void begin(Fault fault) {
        world.faultBegan(fault);
        switch (fault.kind()) {
            case LOSS, DUPLICATION, REORDERING, DELAY, SLOW_LINK, CLOG, ONE_WAY_CUT, STALE_PACKET ->
                lastOn(fault, byLink.get(fault.member() * members + fault.peer()));
            case PARTITION -> partition(fault);
            case CONNECTION_RESET -> reset(fault);
            case CRASH, POWER_LOSS -> crash(fault);
            case BIT_ROT -> rot(fault);
            case PAUSE -> pause(fault);
            case SLOW_CLOCK, FAST_CLOCK -> clock(fault);
            case CLOCK_JUMP -> jump(fault);
            case SLOW_DISK -> lastOn(fault, slowDisks);
            case STALLED_DISK -> {
                world.members.get(fault.member()).holdDisk(Math.min(fault.endNanos(), world.script.endNanos()));
                world.ledger.fired(FaultKind.STALLED_DISK);
            }
            case CLIENT_RETRY, CLIENT_GIVES_UP -> lastOn(fault, clients);
            case BURST -> world.clients.forEach(client -> client.burst(fault.strength()));
            default -> throw new IllegalStateException(fault.kind() + " is for whole members");
        }
    }

    private void lastOn(Fault fault, List<Fault> active) {
        active.add(fault);
        atEnd(fault, () -> active.remove(fault));
    }

    private void atEnd(Fault fault, Runnable undo) {
        world.queue.at(Math.min(fault.endNanos(), world.script.endNanos()), () -> {
            undo.run();
            world.faultEnded(fault);
        });
    }

    private void partition(Fault fault) {
        for (int from = 0; from < members; from++) {
            for (int to = 0; to < members; to++) {
                if (from != to && fault.cuts(from, to)) {
                    byLink.get(from * members + to).add(fault);
                }
            }
        }
        atEnd(fault, () -> byLink.forEach(active -> active.remove(fault)));
    }

    /** Both sides take the other for gone, and then find it again. */
    private void reset(Fault fault) {
        CoreMember one = world.members.get(fault.member());
        CoreMember other = world.members.get(fault.peer());
        if (one.isUp() && other.isUp()) {
            world.ledger.fired(FaultKind.CONNECTION_RESET);
            one.hint(new Input.PeerLost(other.id));
            other.hint(new Input.PeerLost(one.id));
            world.after(
                    () -> {
                        world.hint(one, new Input.PeerBack(other.id));
                        world.hint(other, new Input.PeerBack(one.id));
                    },
                    2 * MILLI);
        }
    }

    private void crash(Fault fault) {
        CoreMember member = world.members.get(fault.member());
        if (!member.isUp()) {
            return;
        }
        world.ledger.fired(fault.kind());
        boolean keeps =
                switch (fault.kind() == FaultKind.CRASH ? Survival.ANY : Survival.of(fault)) {
                    case NOTHING -> false;
                    case EVERYTHING -> true;
                    case PREFIX, ANY -> world.draws.of(fault).below(2) == 0;
                };
        world.end(member, fault.kind().name(), keeps, fault.kind() == FaultKind.CRASH);
        atEnd(fault, () -> world.startIfDown(member));
    }

    private void rot(Fault fault) {
        CoreMember member = world.members.get(fault.member());
        if (!member.isUp() || !mayDamage(member)) {
            return;
        }
        world.end(member, fault.kind().name(), world.draws.of(fault).below(2) == 0, true);
        CoreDisk disk = member.disk();
        // A state machine with files of its own would hold what its log does not.
        long applied = member.config.appliesFromMemory() ? 0 : member.machine().appliedIndex();
        long first = Math.max(disk.mark().index(), applied) + 1;
        long entries = disk.durable().lastIndex() - first + 1;
        if (entries > 0) {
            world.ledger.fired(fault.kind());
            if (disk.isDamaged()) {
                world.marks.hit(Mark.DAMAGED_AGAIN);
            }
            disk.damage(first + fault.strength() % entries);
        }
        long down = world.draws.of(fault).logBetween(MILLI, 2 * world.leases.patienceTicks() * MILLI);
        world.queue.at(Math.min(fault.atNanos() + down, world.script.endNanos()), () -> world.startIfDown(member));
    }

    /**
     * Who is damaged does not vote. With so many at once that the others are no majority, or with members that leave meanwhile, nobody
     * could be elected who gives them back what they lost.
     */
    private boolean mayDamage(CoreMember member) {
        boolean isSettled = world.script.interventions().stream().noneMatch(CoreFaults::changesMembers);
        long others = world.members.stream()
                .filter(each -> each != member && each.disk().isDamaged())
                .count();
        return isSettled && member.number < world.script.members() && others < (world.script.members() - 1) / 2;
    }

    private static boolean changesMembers(Intervention intervention) {
        return switch (intervention.kind()) {
            case ADD, PROMOTE, REMOVE, REPLACE, CHANGE_ALL -> true;
            case TRANSFER, PRIORITISE, SICKEN -> false;
        };
    }

    private void pause(Fault fault) {
        CoreMember member = world.members.get(fault.member());
        if (member.isUp() && !member.isPaused()) {
            world.ledger.fired(FaultKind.PAUSE);
            member.pause();
            int life = member.life();
            atEnd(fault, () -> {
                if (member.life() == life) {
                    member.resume();
                }
            });
        }
    }

    private void clock(Fault fault) {
        CoreMember member = world.members.get(fault.member());
        world.ledger.fired(fault.kind());
        member.clock().rate(world.queue.now(), fault.strength());
        member.clockChanged();
        atEnd(fault, () -> {
            member.clock().trueRate(world.queue.now());
            member.clockChanged();
        });
    }

    private void jump(Fault fault) {
        CoreMember member = world.members.get(fault.member());
        world.ledger.fired(FaultKind.CLOCK_JUMP);
        member.clock().jump(world.queue.now(), fault.strength() * MILLI);
        world.marks.jumped(member);
        member.clockChanged();
    }
}
