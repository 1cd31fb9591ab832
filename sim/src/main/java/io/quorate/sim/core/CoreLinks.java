package io.quorate.sim.core;

import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directed links between members. While nothing is wrong with a link it keeps the order, as TCP does, and what is under way
 * to a member that ends is lost with its connection.
 */
final class CoreLinks {
    private static final long LEAST_LATENCY = 50_000;
    private static final long MOST_LATENCY = 400_000;
    private static final long MOST_OVERTAKING = 30_000_000;
    private static final long NOTHING = -1;

    private final CoreWorld world;
    private final int members;
    private final Stream[] latencies;
    private final long[] lastArrival;
    private final long[] freeAt;

    /** What each fault on the link of the message that is being sent drew for it. */
    private long[] drawn = new long[8];

    /** Messages with entries under way on each link, for a mark. */
    private final int[] underWay;

    CoreLinks(CoreWorld world, int members) {
        this.world = world;
        this.members = members;
        int links = members * members;
        latencies = new Stream[links];
        lastArrival = new long[links];
        freeAt = new long[links];
        underWay = new int[links];
        for (int link = 0; link < links; link++) {
            long key = KeyedRandom.key(link / members, link % members);
            latencies[link] = world.random.stream(Purpose.LINK_LATENCY, key);
        }
    }

    /** New connections everywhere: what is sent from now on does not wait for what a slow link still carries. */
    void renew() {
        Arrays.fill(lastArrival, 0);
        Arrays.fill(freeAt, 0);
    }

    void send(Parcel parcel) {
        world.sent(parcel);
        int link = parcel.from() * members + parcel.to();
        long arrival = world.queue.now() + latencies[link].logBetween(LEAST_LATENCY, MOST_LATENCY);
        List<Fault> faults = world.faults.on(parcel.from(), parcel.to());
        draw(faults);
        Fault taker = taker(faults);
        if (taker != null) {
            world.lost(parcel, taker);
            return;
        }
        boolean overtakes = false;
        for (int k = 0; k < faults.size(); k++) {
            Fault fault = faults.get(k);
            arrival = arrival(fault, drawn[k], arrival, parcel);
            overtakes |= fault.kind() == FaultKind.REORDERING && drawn[k] != NOTHING;
        }
        if (!overtakes) {
            arrival = Math.max(arrival, lastArrival[link]);
            lastArrival[link] = arrival;
        }
        deliverAt(arrival, parcel, false);
        for (int k = 0; k < faults.size(); k++) {
            copy(faults.get(k), drawn[k], arrival, parcel);
        }
    }

    /** Every fault draws for every message, also for one that another takes: what they draw for the next depends on none. */
    private void draw(List<Fault> faults) {
        if (drawn.length < faults.size()) {
            drawn = new long[2 * faults.size()];
        }
        for (int k = 0; k < faults.size(); k++) {
            drawn[k] = drawn(faults.get(k));
        }
    }

    private long drawn(Fault fault) {
        return switch (fault.kind()) {
            case LOSS -> world.draws.of(fault).hits(fault.strength()) ? 0 : NOTHING;
            case DUPLICATION, REORDERING ->
                world.draws.of(fault).hits(fault.strength())
                        ? world.draws.of(fault).between(0, MOST_OVERTAKING)
                        : NOTHING;
            case DELAY -> world.draws.of(fault).between(0, fault.strength() * 1000);
            default -> NOTHING;
        };
    }

    /** What loses the message, if anything does. */
    private @Nullable Fault taker(List<Fault> faults) {
        for (int k = 0; k < faults.size(); k++) {
            FaultKind kind = faults.get(k).kind();
            boolean isCut = kind == FaultKind.ONE_WAY_CUT || kind == FaultKind.PARTITION;
            if (isCut || (kind == FaultKind.LOSS && drawn[k] != NOTHING)) {
                return faults.get(k);
            }
        }
        return null;
    }

    /** Whether nothing comes through now. */
    boolean isCut(int from, int to) {
        for (Fault fault : world.faults.on(from, to)) {
            FaultKind kind = fault.kind();
            if (kind == FaultKind.ONE_WAY_CUT || kind == FaultKind.PARTITION || kind == FaultKind.CLOG) {
                return true;
            }
        }
        return false;
    }

    /** When a message arrives that would at that time, but for this fault. */
    private long arrival(Fault fault, long drew, long at, Parcel parcel) {
        return switch (fault.kind()) {
            case REORDERING, DELAY -> drew == NOTHING ? at : at + fired(fault, drew);
            case SLOW_LINK -> {
                int link = parcel.from() * members + parcel.to();
                long takes = parcel.bytes() * 1_000_000L / fault.strength();
                freeAt[link] = Math.max(world.queue.now(), freeAt[link]) + takes;
                yield Math.max(at, fired(fault, freeAt[link]));
            }
            case CLOG -> Math.max(at, fired(fault, fault.endNanos()));
            case LOSS, DUPLICATION, STALE_PACKET -> at;
            default -> throw new IllegalStateException(fault.kind() + " is no fault of a link here");
        };
    }

    /** A message that arrived comes again where this fault says so. */
    private void copy(Fault fault, long drew, long arrived, Parcel parcel) {
        if (fault.kind() == FaultKind.DUPLICATION && drew != NOTHING) {
            deliverAt(arrived + fired(fault, drew), parcel, true);
        } else if (fault.kind() == FaultKind.STALE_PACKET) {
            deliverAt(arrived + fired(fault, fault.strength() * 1_000_000), parcel, true);
        }
    }

    private long fired(Fault fault, long nanos) {
        world.ledger.fired(fault.kind());
        return nanos;
    }

    private void deliverAt(long arrival, Parcel parcel, boolean toAnyLife) {
        int link = parcel.from() * members + parcel.to();
        if (!parcel.entries().isEmpty() && !toAnyLife && ++underWay[link] >= 3) {
            world.marks.hit(Mark.PIPELINE_DEEP);
        }
        world.queue.at(arrival, () -> {
            if (!parcel.entries().isEmpty() && !toAnyLife) {
                underWay[link]--;
            }
            arrive(parcel, toAnyLife);
        });
    }

    private void arrive(Parcel parcel, boolean toAnyLife) {
        CoreMember to = world.members.get(parcel.to());
        if (!to.isUp() || (to.life() != parcel.toLife() && !toAnyLife)) {
            world.lost(parcel, null);
            return;
        }
        if (to.life() != parcel.toLife()) {
            world.marks.hit(Mark.MESSAGE_TO_EARLIER_LIFE);
        }
        CoreMember from = world.members.get(parcel.from());
        if (to.committedMembership().removed().contains(from.id)
                && !to.committedMembership().contains(from.id)) {
            world.lost(parcel, null);
            world.turnedAway(from, to);
            return;
        }
        world.delivered(parcel);
        to.receive(parcel);
    }
}
