package io.quorate.sim.core;

import io.quorate.raft.membership.Lease;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Draws a script from a seed. Which kinds of fault are on, how many and how strong differs from seed to seed: a run in which
 * everything goes wrong at once seldom comes far, and one kind alone reaches what it never reaches in company.
 */
public final class Swarm {
    private static final long MILLI = 1_000_000;

    /** Of a run in which clocks need not keep to the drift of its leases. */
    private static final int BROKEN_LEASES = 4;

    /** The faults of the core profile. */
    public static final List<FaultKind> CORE_KINDS = List.of(
            FaultKind.LOSS,
            FaultKind.DUPLICATION,
            FaultKind.REORDERING,
            FaultKind.DELAY,
            FaultKind.SLOW_LINK,
            FaultKind.CLOG,
            FaultKind.ONE_WAY_CUT,
            FaultKind.PARTITION,
            FaultKind.STALE_PACKET,
            FaultKind.CONNECTION_RESET,
            FaultKind.CRASH,
            FaultKind.POWER_LOSS,
            FaultKind.PAUSE,
            FaultKind.SLOW_CLOCK,
            FaultKind.FAST_CLOCK,
            FaultKind.CLOCK_JUMP,
            FaultKind.SLOW_DISK,
            FaultKind.STALLED_DISK,
            FaultKind.BIT_ROT,
            FaultKind.CLIENT_RETRY,
            FaultKind.CLIENT_GIVES_UP,
            FaultKind.BURST);

    private final KeyedRandom random;
    private final Stream plan;
    private final List<FaultKind> kinds;
    private final int members;
    private final int processes;
    private final int clients;
    private final int keys;
    private final Limits limits;
    private final long endNanos;

    /** What clocks keep to, or off where they need not. */
    private final Lease kept;

    /** What clocks need not keep to, or off. */
    private final Lease broken;

    private Swarm(long seed, List<FaultKind> kinds) {
        this.random = new KeyedRandom(seed);
        this.plan = random.stream(Purpose.PLAN, 0);
        this.kinds = kinds;
        this.members = drawMembers();
        this.processes = members + drawSpares();
        boolean isFast = plan.below(2) == 0;
        this.limits = drawLimits(isFast);
        Lease lease = Leases.drawn(seed, limits.electionTicks());
        this.kept = Leases.mayBreakDrift(seed) ? Lease.OFF : lease;
        this.broken = Leases.mayBreakDrift(seed) ? lease : Lease.OFF;
        this.endNanos = plan.between(40, 120) * limits.electionTicks() * MILLI;
        this.clients = (int) plan.logBetween(1, 15);
        this.keys = 1 + plan.below(5);
    }

    /** The script of the core profile that a seed stands for. */
    public static Script core(long seed) {
        Swarm swarm = new Swarm(seed, CORE_KINDS);
        return swarm.script(seed, Profile.CORE);
    }

    private Script script(long seed, Profile profile) {
        List<Fault> faults = drawFaults();
        return new Script(
                seed,
                profile,
                members,
                processes - members,
                clients,
                keys,
                limits,
                endNanos,
                faults,
                drawWorkload(),
                Interventions.draw(random, members, processes, endNanos, limits.electionTicks(), faults));
    }

    private int drawSpares() {
        Stream draws = random.stream(Purpose.INTERVENTION, 0);
        return Math.min(Script.MAX_MEMBERS - members, draws.below(4));
    }

    private int drawMembers() {
        int dice = plan.below(100);
        if (dice < 45) {
            return 3;
        }
        return dice < 65 ? 5 : 1 + plan.below(Script.MAX_MEMBERS);
    }

    private Limits drawLimits(boolean isFast) {
        Stream draws = random.stream(Purpose.LIMITS, 0);
        Stream snapshots = random.stream(Purpose.SNAPSHOT, -1);
        int heartbeat = isFast ? 10 : 100;
        long ring = draws.below(3) == 0 ? 1 << 20 : draws.logBetween(1024, 16_384);
        int frame = (int) draws.logBetween(256, 8192);
        return new Limits(
                heartbeat,
                10 * heartbeat,
                !draws.hits(120),
                !draws.hits(120),
                ring,
                frame,
                draws.logBetween(512, 32_768),
                1 + draws.below(5),
                1 + (int) draws.logBetween(1, 128),
                draws.below(3) != 0,
                (int) draws.logBetween(4096, 65_536),
                (int) draws.logBetween(512, 8192),
                snapshots.below(2) == 0 ? 100 : snapshots.below(20),
                snapshots.below(10) < 6 ? (int) snapshots.logBetween(3, 60) : 0,
                snapshots.below(2) == 0 ? 0 : (int) snapshots.logBetween(1, 30));
    }

    // ---- faults

    private List<Fault> drawFaults() {
        List<Fault> faults = new ArrayList<>();
        int dice = plan.below(100);
        int only = plan.below(kinds.size());
        for (int k = 0; k < kinds.size(); k++) {
            Stream draws = random.stream(Purpose.FAULTS, key(kinds.get(k)));
            boolean isOn = draws.below(100) < 30;
            boolean isDrawn = dice < 80 ? isOn : dice < 90 ? k == only : false;
            if (isDrawn || dice >= 98) {
                drawFaults(kinds.get(k), draws, faults);
            }
        }
        drawBrokenLeases(faults);
        faults.sort(Comparator.comparingLong(Fault::atNanos));
        return number(faults);
    }

    /** Somebody is cut off while its clock is slow: where it leads by a lease, it believes in that for too long. */
    private void drawBrokenLeases(List<Fault> faults) {
        if (!broken.isOn() || processes == 1) {
            return;
        }
        Stream draws = random.stream(Purpose.LEASE, 3);
        long patience = MILLI * (limits.electionTicks() + broken.ticks());
        for (int i = 0; i < BROKEN_LEASES; i++) {
            int member = draws.below(processes);
            long at = draws.between(0, endNanos * 9 / 10);
            long lasts = Math.min(endNanos - at, draws.between(2, 5) * patience);
            long apart = 0;
            for (int other = 0; other < processes; other++) {
                apart |= other == member ? 0 : 1L << (7 * member + other) | 1L << (7 * other + member);
            }
            faults.add(new Fault(0, FaultKind.SLOW_CLOCK, at, lasts, member, -1, 300));
            faults.add(new Fault(0, FaultKind.PARTITION, at, lasts, -1, -1, apart));
        }
    }

    private static List<Fault> number(List<Fault> faults) {
        List<Fault> numbered = new ArrayList<>();
        for (Fault fault : faults) {
            numbered.add(new Fault(
                    numbered.size(),
                    fault.kind(),
                    fault.atNanos(),
                    fault.forNanos(),
                    fault.member(),
                    fault.peer(),
                    fault.strength()));
        }
        return numbered;
    }

    /** The name decides the key, so that another kind between two leaves their numbers alone. */
    private static long key(FaultKind kind) {
        long key = 0;
        for (int i = 0; i < kind.name().length(); i++) {
            key = 31 * key + kind.name().charAt(i);
        }
        return key;
    }

    private void drawFaults(FaultKind kind, Stream draws, List<Fault> faults) {
        if (kept.isOn() && kind == FaultKind.CLOCK_JUMP) {
            return;
        }
        boolean isOfLink = kind.layer() == FaultKind.Layer.LINK && kind != FaultKind.PARTITION;
        if (isOfLink && processes == 1) {
            return;
        }
        long count = draws.logBetween(1, isOfLink ? 4L * processes : kind == FaultKind.PARTITION ? 40 : 10);
        for (long i = 0; i < count; i++) {
            int member = draws.below(processes);
            int peer = isOfLink ? (member + 1 + draws.below(processes - 1)) % processes : -1;
            long at = draws.between(0, endNanos * 9 / 10);
            long most = Math.max(2 * MILLI, Math.min(endNanos - at, endNanos / 6));
            long lasts = isMoment(kind) ? 0 : draws.logBetween(MILLI, most);
            boolean isOfMember = kind.layer() == FaultKind.Layer.MEMBER || kind.layer() == FaultKind.Layer.DISK;
            faults.add(
                    new Fault(0, kind, at, lasts, isOfLink || isOfMember ? member : -1, peer, strength(kind, draws)));
        }
    }

    private static boolean isMoment(FaultKind kind) {
        return switch (kind) {
            case CONNECTION_RESET, CLOCK_JUMP, BIT_ROT, BURST -> true;
            default -> false;
        };
    }

    private long strength(FaultKind kind, Stream draws) {
        long election = limits.electionTicks();
        return switch (kind) {
            case LOSS, DUPLICATION, REORDERING, BYTE_FLIP -> draws.logBetween(5, 600);
            case DELAY -> draws.logBetween(100, 200 * election);
            case SLOW_LINK -> draws.logBetween(5, 5_000);
            case PARTITION -> partition(draws);
            case STALE_PACKET -> draws.logBetween(1, 10 * election);
            case POWER_LOSS -> draws.below(Survival.values().length);
            case SLOW_CLOCK -> kept.isOn() ? draws.between(Leases.slowest(kept), 1000) : draws.between(300, 990);
            case FAST_CLOCK -> kept.isOn() ? draws.between(1000, Leases.fastest(kept)) : draws.between(1010, 3000);
            case CLOCK_JUMP -> draws.logBetween(1, 5 * election);
            case SLOW_DISK -> draws.logBetween(100, 300 * election);
            case CLIENT_GIVES_UP -> draws.logBetween(1, 2 * election);
            case BURST -> draws.logBetween(2, 40);
            case BIT_ROT, OLD_IMAGE, MISDIRECTED_WRITE -> draws.between(1, Integer.MAX_VALUE);
            default -> 0;
        };
    }

    /** Sides, or any set of directed links, each about as often. */
    private long partition(Stream draws) {
        if (draws.below(2) == 0) {
            long half = draws.next();
            return half & draws.next() & (1L << 49) - 1;
        }
        int side = draws.below(1 << processes);
        long cut = 0;
        for (int from = 0; from < processes; from++) {
            for (int to = 0; to < processes; to++) {
                boolean isCut = (side >>> from & 1) != (side >>> to & 1);
                cut |= isCut ? 1L << (7 * from + to) : 0;
            }
        }
        return cut;
    }

    // ---- workload

    private List<Operation> drawWorkload() {
        Stream draws = random.stream(Purpose.WORKLOAD, 0);
        long gap = draws.logBetween(limits.electionTicks() * MILLI / 100, limits.electionTicks() * MILLI);
        long count = Math.max(1, Math.min(3000, endNanos / gap));
        List<Operation> workload = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            long at = number * gap - draws.between(0, gap);
            Operation.Kind kind = kind(draws.below(100));
            int expected = kind == Operation.Kind.COMPARE_AND_SET ? expected(draws, number) : 0;
            workload.add(new Operation(number, kind, at, draws.below(clients), draws.below(keys), expected));
        }
        return workload;
    }

    private static Operation.Kind kind(int dice) {
        if (dice < 45) {
            return Operation.Kind.PUT;
        }
        if (dice < 53) {
            return Operation.Kind.DELETE;
        }
        if (dice < 65) {
            return Operation.Kind.COMPARE_AND_SET;
        }
        return dice < 92 ? Operation.Kind.READ : Operation.Kind.STALE_READ;
    }

    /** One of the last few, or that nothing is there. */
    private static int expected(Stream draws, int number) {
        return draws.below(3) == 0 ? 0 : Math.max(0, number - 1 - draws.below(6));
    }
}
