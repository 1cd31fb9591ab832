package io.quorate.raft.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Messages under way, in the order in which they left, and the links that are cut. */
final class Network {
    private record Link(long from, long to) implements Comparable<Link> {
        @Override
        public int compareTo(Link that) {
            return from != that.from ? Long.compare(from, that.from) : Long.compare(to, that.to);
        }
    }

    final List<Flight> underWay = new ArrayList<>();
    final List<Flight> delayed = new ArrayList<>();
    private final Set<Link> cut = new TreeSet<>();

    void cut(long from, long to) {
        cut.add(new Link(from, to));
    }

    boolean isCut(long from, long to) {
        return cut.contains(new Link(from, to));
    }

    void heal() {
        cut.clear();
    }

    /** Takes out what is under way on links that are cut. */
    List<Flight> loseCut() {
        List<Flight> lost = new ArrayList<>();
        for (Flight flight : underWay) {
            if (isCut(flight.message().from(), flight.message().to())) {
                lost.add(flight);
            }
        }
        underWay.removeAll(lost);
        return lost;
    }
}
