package io.quorate.sim.core;

import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import java.util.Arrays;

/**
 * The directed links between members. While nothing is wrong with a link it keeps the order, as TCP does, and what is under way
 * to a member that ends is lost with its connection.
 */
final class CoreLinks {
    private static final long LEAST_LATENCY = 50_000;
    private static final long MOST_LATENCY = 400_000;
    private static final long MOST_OVERTAKING = 30_000_000;

    private final CoreWorld world;
    private final int members;
    private final Stream[] latencies;
    private final Stream[] chances;
    private final long[] lastArrival;
    private final long[] freeAt;

    /** Messages with entries under way on each link, for a mark. */
    private final int[] underWay;

    CoreLinks(CoreWorld world, int members) {
        this.world = world;
        this.members = members;
        int links = members * members;
        latencies = new Stream[links];
        chances = new Stream[links];
        lastArrival = new long[links];
        freeAt = new long[links];
        underWay = new int[links];
        for (int link = 0; link < links; link++) {
            long key = KeyedRandom.key(link / members, link % members);
            latencies[link] = world.random.stream(Purpose.LINK_LATENCY, key);
            chances[link] = world.random.stream(Purpose.LINK, key);
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
        long now = world.queue.now();
        long arrival = now + latencies[link].logBetween(LEAST_LATENCY, MOST_LATENCY);
        boolean overtakes = false;
        long again = 0;
        for (Fault fault : world.faults.on(parcel.from(), parcel.to())) {
            switch (fault.kind()) {
                case ONE_WAY_CUT, PARTITION -> {
                    world.lost(parcel, fault);
                    return;
                }
                case LOSS -> {
                    if (chances[link].hits(fault.strength())) {
                        world.lost(parcel, fault);
                        return;
                    }
                }
                case DUPLICATION -> {
                    if (chances[link].hits(fault.strength())) {
                        again = chances[link].between(0, MOST_OVERTAKING);
                        world.ledger.fired(FaultKind.DUPLICATION);
                    }
                }
                case REORDERING -> {
                    if (chances[link].hits(fault.strength())) {
                        overtakes = true;
                        arrival += chances[link].between(0, MOST_OVERTAKING);
                        world.ledger.fired(FaultKind.REORDERING);
                    }
                }
                case DELAY -> {
                    arrival += chances[link].between(0, fault.strength() * 1000);
                    world.ledger.fired(FaultKind.DELAY);
                }
                case SLOW_LINK -> {
                    freeAt[link] = Math.max(now, freeAt[link]) + parcel.bytes() * 1_000_000L / fault.strength();
                    arrival = Math.max(arrival, freeAt[link]);
                    world.ledger.fired(FaultKind.SLOW_LINK);
                }
                case CLOG -> {
                    arrival = Math.max(arrival, fault.endNanos());
                    world.ledger.fired(FaultKind.CLOG);
                }
                case STALE_PACKET -> {
                    again = fault.strength() * 1_000_000;
                    world.ledger.fired(FaultKind.STALE_PACKET);
                }
                default -> throw new IllegalStateException(fault.kind() + " is no fault of a link here");
            }
        }
        if (!overtakes) {
            arrival = Math.max(arrival, lastArrival[link]);
            lastArrival[link] = arrival;
        }
        deliverAt(arrival, parcel, false);
        if (again > 0) {
            deliverAt(arrival + again, parcel, true);
        }
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
        world.delivered(parcel);
        to.receive(parcel);
    }
}
