package io.quorate.sim.node;

import io.quorate.sim.core.EventQueue;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.FaultStreams;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Script;
import java.util.ArrayList;
import java.util.List;

/**
 * How bytes fare on each directed link. These are streams, as TCP makes them: what is lost comes again after a retransmission
 * timeout and holds up what is behind it; nothing is delivered twice; one connection may overtake another, never itself.
 */
final class LinkFaults {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long RETRANSMISSION = 200 * MILLI;
    private static final int MAX_RETRANSMISSIONS = 5;
    private static final long MOST_HELD_BACK = 50 * MILLI;

    private final EventQueue queue;
    private final Ledger ledger;
    private final FaultStreams draws;
    private final long leastLatency = 50 * MICRO;
    private final long latencySpread;
    private final List<List<Fault>> active = new ArrayList<>();
    private final List<KeyedRandom.Stream> latencies = new ArrayList<>();
    private final long[] freeAt = new long[Script.MAX_MEMBERS * Script.MAX_MEMBERS];

    LinkFaults(Script script, FaultStreams draws, EventQueue queue, Ledger ledger) {
        this.queue = queue;
        this.ledger = ledger;
        this.draws = draws;
        KeyedRandom random = script.random();
        latencySpread = random.stream(Purpose.LINK_LATENCY, -1).logBetween(20 * MICRO, 8 * MILLI);
        for (int link = 0; link < freeAt.length; link++) {
            active.add(new ArrayList<>());
            latencies.add(random.stream(Purpose.LINK_LATENCY, link));
        }
    }

    private static int link(int from, int to) {
        return Script.MAX_MEMBERS * from + to;
    }

    void begin(Fault fault) {
        if (fault.kind() == FaultKind.PARTITION) {
            forEachCut(fault, link -> active.get(link).add(fault));
        } else {
            active.get(link(fault.member(), fault.peer())).add(fault);
        }
    }

    void end(Fault fault) {
        active.forEach(faults -> faults.remove(fault));
    }

    private static void forEachCut(Fault fault, java.util.function.IntConsumer action) {
        for (int from = 0; from < Script.MAX_MEMBERS; from++) {
            for (int to = 0; to < Script.MAX_MEMBERS; to++) {
                if (from != to && fault.cuts(from, to)) {
                    action.accept(link(from, to));
                }
            }
        }
    }

    /** What goes out now and meets nothing takes so long. */
    long latency(int from, int to) {
        return leastLatency + latencies.get(link(from, to)).between(0, latencySpread);
    }

    /** Whether nothing comes through now. */
    boolean isBlocked(int from, int to) {
        for (Fault fault : active.get(link(from, to))) {
            switch (fault.kind()) {
                case CLOG, ONE_WAY_CUT, PARTITION -> {
                    ledger.fired(fault.kind());
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }

    /** When a piece of that many bytes arrives that leaves now. */
    long arrival(int from, int to, int bytes) {
        long at = queue.now() + latency(from, to);
        for (Fault fault : active.get(link(from, to))) {
            at = Math.max(at, arrival(fault, at, link(from, to), bytes));
        }
        return at;
    }

    private long arrival(Fault fault, long at, int link, int bytes) {
        KeyedRandom.Stream own = draws.of(fault);
        long later =
                switch (fault.kind()) {
                    case DELAY -> at + own.between(0, fault.strength() * MICRO);
                    case REORDERING -> own.hits(fault.strength()) ? at + own.between(MILLI, MOST_HELD_BACK) : at;
                    case LOSS -> at + retransmissions(fault, own);
                    case STALE_PACKET -> at + fault.strength() * MILLI;
                    case SLOW_LINK -> {
                        freeAt[link] = Math.max(freeAt[link], queue.now()) + bytes * MILLI / fault.strength();
                        yield Math.max(at, freeAt[link]);
                    }
                    default -> at;
                };
        if (later > at && fault.kind() != FaultKind.STALE_PACKET) {
            ledger.fired(fault.kind());
        }
        return later;
    }

    /** Whether a fault holds back what leaves now, so that it may find another life of its receiver. */
    boolean makesStale(int from, int to) {
        return active.get(link(from, to)).stream().anyMatch(fault -> fault.kind() == FaultKind.STALE_PACKET);
    }

    private static long retransmissions(Fault fault, KeyedRandom.Stream own) {
        long wait = 0;
        for (int tries = 0; tries < MAX_RETRANSMISSIONS && own.hits(fault.strength()); tries++) {
            wait += RETRANSMISSION << tries;
        }
        return wait;
    }

    /** Changes a byte of the piece where a fault says so. */
    boolean flips(int from, int to, byte[] bytes) {
        boolean flipped = false;
        for (Fault fault : active.get(link(from, to))) {
            if (fault.kind() == FaultKind.BYTE_FLIP && draws.of(fault).hits(fault.strength())) {
                KeyedRandom.Stream own = draws.of(fault);
                bytes[own.below(bytes.length)] ^= (byte) (1 + own.below(255));
                ledger.fired(FaultKind.BYTE_FLIP);
                flipped = true;
            }
        }
        return flipped;
    }
}
