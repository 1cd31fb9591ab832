package io.quorate.sim.node;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Interventions;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.sim.core.Limits;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.Script;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;

/**
 * Draws scripts for whole members. Each seed switches kinds of faults on and off and draws how many and how strong: one seed
 * in ten has none, one in ten has one kind alone, one in ten has all.
 */
public final class NodeSwarm {
    private static final long MILLI = 1_000_000;
    private static final long QUIET_START = 150 * MILLI;
    private static final int MOST_OF_A_KIND = 4;

    private final long seed;
    private final Profile profile;
    private final KeyedRandom random;
    private final Stream plan;
    private final int members;
    private final int processes;
    private final boolean changes;
    private final long endNanos;
    private final List<Fault> faults = new ArrayList<>();

    private NodeSwarm(long seed, Profile profile) {
        this.seed = seed;
        this.profile = profile;
        random = new KeyedRandom(seed);
        plan = random.stream(Purpose.PLAN, key(profile));
        members = size(plan.below(16));
        endNanos = plan.between(2_000, 6_000) * MILLI;
        Stream lots = random.stream(Purpose.INTERVENTION, 0);
        changes = profile.isBounded() && lots.hits(500);
        processes = members + (changes ? Math.min(Script.MAX_MEMBERS - members, lots.below(4)) : 0);
    }

    public static Script script(long seed, Profile profile) {
        return new NodeSwarm(seed, profile).draw();
    }

    /** The two profiles draw different scripts from one seed. */
    private static long key(Profile profile) {
        return profile.isBounded() ? 1 : 2;
    }

    private static int size(int lot) {
        return switch (lot) {
            case 0 -> 1;
            case 1 -> 2;
            case 2, 3 -> 4;
            case 4, 5, 6, 7 -> 5;
            case 8 -> 6;
            case 9 -> 7;
            default -> 3;
        };
    }

    private Script draw() {
        int clients = 1 + plan.below(5);
        int keys = 1 + plan.below(5);
        drawFaults();
        faults.sort(Comparator.comparingInt(Fault::number));
        Limits limits = limits();
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
                workload(clients, keys),
                changes
                        ? Interventions.draw(random, members, processes, endNanos, limits.electionTicks(), faults)
                        : List.of());
    }

    // ---- sizes

    private Limits limits() {
        Stream lots = random.stream(Purpose.LIMITS, key(profile));
        int heartbeat = (int) lots.logBetween(5, 50);
        int election = (int) (heartbeat * lots.between(4, 10));
        int frame = (int) lots.logBetween(1 << 10, 8 << 10);
        int turn = (int) lots.logBetween(1 << 10, 8 << 10);
        long window = frame * lots.between(1, 4);
        long ring = Math.max(4L << 10, lots.logBetween(4 << 10, 64 << 10));
        int largestWrite = Math.max(frame, turn) + (4 << 10);
        int segment = (largestWrite + (4 << 10) + (int) lots.logBetween(1, 48 << 10) + 511) / 512 * 512;
        return new Limits(
                heartbeat,
                election,
                lots.hits(850),
                lots.hits(850),
                ring,
                frame,
                window,
                (int) lots.logBetween(1, 8),
                (int) lots.logBetween(4, 1000),
                true,
                segment,
                turn);
    }

    // ---- clients

    private List<Operation> workload(int clients, int keys) {
        Stream lots = random.stream(Purpose.WORKLOAD, key(profile));
        long gap = lots.logBetween(4, 64) * MILLI;
        List<Operation> operations = new ArrayList<>();
        int[] lastOf = new int[keys];
        int number = 0;
        for (long at = QUIET_START; at < endNanos; at += lots.between(0, 2 * gap / clients)) {
            int key = lots.below(keys);
            number++;
            Operation.Kind kind = kind(lots.below(20));
            int expected = kind == Operation.Kind.COMPARE_AND_SET ? lastOf[key] : 0;
            operations.add(new Operation(number, kind, at, lots.below(clients), key, expected));
            lastOf[key] = kind == Operation.Kind.PUT || kind == Operation.Kind.COMPARE_AND_SET ? number : lastOf[key];
        }
        return operations;
    }

    private static Operation.Kind kind(int lot) {
        if (lot < 9) {
            return Operation.Kind.PUT;
        }
        if (lot < 11) {
            return Operation.Kind.DELETE;
        }
        if (lot < 14) {
            return Operation.Kind.COMPARE_AND_SET;
        }
        return lot < 18 ? Operation.Kind.READ : Operation.Kind.STALE_READ;
    }

    // ---- faults

    private void drawFaults() {
        int style = plan.below(10);
        EnumSet<FaultKind> possible = possible();
        FaultKind[] kinds = FaultKind.values();
        FaultKind only = List.copyOf(possible).get(plan.below(possible.size()));
        for (int code = 0; code < kinds.length; code++) {
            if (possible.contains(kinds[code])) {
                draw(kinds[code], code, isOn(style, kinds[code] == only));
            }
        }
    }

    private boolean isOn(int style, boolean isOnly) {
        return switch (style) {
            case 0 -> false;
            case 1 -> isOnly;
            case 2 -> true;
            default -> plan.hits(350);
        };
    }

    private void draw(FaultKind kind, int code, boolean on) {
        Stream lots = random.stream(Purpose.FAULTS, -1 - code);
        int count = 1 + lots.below(MOST_OF_A_KIND);
        for (int i = 0; on && i < count; i++) {
            // A number for each kind and turn: taking one kind away renames no other.
            add(kind, 16 * code + i, lots);
        }
    }

    /** A stream delivers nothing twice; links need two members. */
    private EnumSet<FaultKind> possible() {
        EnumSet<FaultKind> kinds = EnumSet.allOf(FaultKind.class);
        kinds.remove(FaultKind.DUPLICATION);
        if (processes == 1) {
            kinds.removeIf(kind -> kind.layer() == FaultKind.Layer.LINK);
        }
        // What may be damaged depends on who belongs to the cluster: the atlas knows only one that stays the same.
        if (profile.isBounded() && (members < 3 || changes)) {
            kinds.removeAll(EnumSet.of(
                    FaultKind.BIT_ROT,
                    FaultKind.LOST_WRITE,
                    FaultKind.MISDIRECTED_WRITE,
                    FaultKind.WIPED,
                    FaultKind.OLD_IMAGE));
        }
        return kinds;
    }

    private void add(FaultKind kind, int number, Stream lots) {
        long at = lots.between(QUIET_START, endNanos - 100 * MILLI);
        long most = Math.min(endNanos - at, 1_500 * MILLI);
        long lasts = isAtOnce(kind) ? 0 : lots.logBetween(MILLI, most);
        int member = lots.below(processes);
        int peer = -1;
        if (kind == FaultKind.PARTITION) {
            member = -1;
        } else if (kind.layer() == FaultKind.Layer.LINK) {
            peer = (member + 1 + lots.below(processes - 1)) % processes;
        } else if (kind.layer() == FaultKind.Layer.CLIENT) {
            member = -1;
        }
        Fault fault = new Fault(number, kind, at, lasts, member, peer, strength(kind, lots));
        faults.add(fault);
        accompany(fault, lots);
    }

    private static boolean isAtOnce(FaultKind kind) {
        return switch (kind) {
            case CONNECTION_RESET,
                    CLOCK_JUMP,
                    BIT_ROT,
                    BURST,
                    WRITE_ERROR,
                    FLUSH_ERROR_KEPT,
                    FLUSH_ERROR_DROPPED,
                    LOST_WRITE,
                    MISDIRECTED_WRITE -> true;
            default -> false;
        };
    }

    private long strength(FaultKind kind, Stream lots) {
        return switch (kind) {
            case LOSS -> lots.logBetween(5, 300);
            case REORDERING -> lots.logBetween(10, 500);
            case BYTE_FLIP -> lots.logBetween(5, 300);
            case DELAY -> lots.logBetween(200, 200_000);
            case SLOW_LINK -> lots.logBetween(10, 2_000);
            case STALE_PACKET -> lots.logBetween(20, 500);
            case SLOW_DISK -> lots.logBetween(100, 20_000);
            case PARTITION -> partition(lots);
            case POWER_LOSS, BIT_ROT -> lots.next() >>> 1;
            case SLOW_CLOCK -> lots.between(200, 950);
            case FAST_CLOCK -> lots.between(1_050, 5_000);
            case CLOCK_JUMP -> lots.logBetween(10, 60_000);
            case MISDIRECTED_WRITE -> lots.between(-6, 12);
            case OLD_IMAGE -> lots.logBetween(50, 2_000);
            case CLIENT_GIVES_UP -> lots.logBetween(2, 200);
            case BURST -> lots.logBetween(2, 30);
            default -> 0;
        };
    }

    /** Two sides, or any links at all. */
    private long partition(Stream lots) {
        if (lots.hits(300)) {
            long some = lots.next();
            return some & lots.next();
        }
        long side = lots.next();
        long cut = 0;
        for (int from = 0; from < Script.MAX_MEMBERS; from++) {
            for (int to = 0; to < Script.MAX_MEMBERS; to++) {
                boolean apart = ((side >>> from ^ side >>> to) & 1) != 0;
                cut |= apart ? 1L << (Script.MAX_MEMBERS * from + to) : 0;
            }
        }
        return cut;
    }

    /** What hardly does anything alone comes with what makes it matter. */
    private void accompany(Fault fault, Stream lots) {
        int number = fault.number() + 8;
        long after = fault.atNanos() + lots.logBetween(MILLI / 4, 400 * MILLI);
        long lasts = lots.logBetween(MILLI, 200 * MILLI);
        if (after + lasts >= endNanos) {
            return;
        }
        switch (fault.kind()) {
            case STALE_PACKET -> faults.add(new Fault(number, FaultKind.CRASH, after, lasts, fault.peer(), -1, 0));
            case LOST_WRITE, MISDIRECTED_WRITE, BIT_ROT, FLUSH_ERROR_DROPPED ->
                faults.add(
                        new Fault(number, FaultKind.POWER_LOSS, after, lasts, fault.member(), -1, lots.next() >>> 1));
            case OLD_IMAGE -> {
                long before = Math.max(0, fault.atNanos() - fault.strength() * MILLI / 2);
                faults.add(new Fault(number, FaultKind.CRASH, before, MILLI, fault.member(), -1, 0));
            }
            default -> {}
        }
    }
}
