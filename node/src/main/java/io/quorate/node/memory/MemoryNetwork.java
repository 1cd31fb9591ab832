package io.quorate.node.memory;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Clock;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.Wakeup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A network in virtual time. Bytes of one connection arrive in order, after a delay, in any pieces; a connection may be reset;
 * two places may be partitioned: what is on its way then waits, what is dialled then times out. All of it follows from the
 * entropy and the order of calls. {@link #turn} makes everything happen that is due; each place's wakeup is called after its
 * handlers heard something, so that its node is turned afterwards. Not safe for threads.
 */
public final class MemoryNetwork implements Agent {
    /**
     * @param minDelayNanos least time on the way
     * @param maxDelayNanos longest time on the way
     * @param resetOneIn of so many deliveries one resets its connection instead; 0 for never
     * @param socketBytes what a connection takes before the other side has received it
     * @param connectTimeoutNanos until dialling across a partition is given up
     */
    public record Settings(
            long minDelayNanos, long maxDelayNanos, int resetOneIn, int socketBytes, long connectTimeoutNanos) {
        /** A LAN: 50 to 500 µs. */
        public static final Settings LAN = new Settings(50_000, 500_000, 0, 1 << 20, 1_000_000_000L);
    }

    private record Event(long at, long sequence, Runnable action) {}

    private final Clock clock;
    private final Entropy entropy;
    private final Map<String, MemoryLinks> places = new LinkedHashMap<>();
    private final TreeSet<String> partitions = new TreeSet<>();
    private final TreeSet<String> refusing = new TreeSet<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::sequence));
    /** Every end of which bytes, or the end of the stream, may still arrive. */
    private final List<MemoryLink> links = new ArrayList<>();

    private Settings settings;
    private long sequence;
    private long dials;

    public MemoryNetwork(Settings settings, Clock clock, Entropy entropy) {
        this.settings = settings;
        this.clock = clock;
        this.entropy = entropy;
    }

    /** From now on; what is on its way keeps its time. */
    public void settings(Settings now) {
        settings = now;
    }

    Settings settings() {
        return settings;
    }

    /**
     * The links of a process that starts at that address. Whoever was there before must have crashed.
     *
     * @param wakeup called when its handlers have heard something
     */
    public MemoryLinks join(String url, Wakeup wakeup) {
        MemoryLinks before = places.get(url);
        if (before != null && before.isAlive()) {
            throw new IllegalStateException(url + " is in use");
        }
        MemoryLinks place = new MemoryLinks(this, url, wakeup);
        places.put(url, place);
        return place;
    }

    /** The process there is gone at once: its handlers hear nothing more, its peers see their connections reset. */
    public void crash(String url) {
        MemoryLinks place = places.get(url);
        if (place != null) {
            place.die();
            List.copyOf(links).forEach(link -> link.crashAt(place));
        }
    }

    /** Whether the process there refuses new connections; those that stand are left alone. */
    public void refuse(String url, boolean refuses) {
        if (refuses) {
            refusing.add(url);
        } else {
            refusing.remove(url);
        }
    }

    /** Nothing passes between the two, in either direction, until they are healed. */
    public void partition(String one, String other) {
        partitions.add(pair(one, other));
    }

    public void heal(String one, String other) {
        if (partitions.remove(pair(one, other))) {
            links.forEach(MemoryLink::healed);
        }
    }

    public void healAll() {
        partitions.clear();
        links.forEach(MemoryLink::healed);
    }

    /** Resets every connection between the two. */
    public void reset(String one, String other) {
        for (MemoryLink link : List.copyOf(links)) {
            if (link.runsBetween(one, other)) {
                link.reset();
            }
        }
    }

    boolean isPartitioned(String one, String other) {
        return partitions.contains(pair(one, other));
    }

    private static String pair(String one, String other) {
        return one.compareTo(other) < 0 ? one + " " + other : other + " " + one;
    }

    @Nullable
    MemoryLinks place(String url) {
        MemoryLinks place = places.get(url);
        return place == null || !place.isAccepting() || refusing.contains(url) ? null : place;
    }

    /** Makes everything happen that is due. */
    @Override
    public long turn(long nowNanos) {
        for (Event next = events.peek(); next != null && next.at() <= nowNanos; next = events.peek()) {
            events.poll();
            next.action().run();
        }
        Event next = events.peek();
        return next == null ? NEVER : next.at();
    }

    void add(MemoryLink end) {
        links.add(end);
    }

    void remove(MemoryLink end) {
        links.remove(end);
    }

    long now() {
        return clock.nanoTime();
    }

    void at(long nanos, Runnable action) {
        events.add(new Event(Math.max(nanos, now()), sequence++, action));
    }

    long delay() {
        return settings.minDelayNanos() + draw(settings.maxDelayNanos() - settings.minDelayNanos() + 1);
    }

    boolean resets() {
        return settings.resetOneIn() > 0 && draw(settings.resetOneIn()) == 0;
    }

    /** 0 to {@code bound - 1}. */
    long draw(long bound) {
        return Long.remainderUnsigned(entropy.nextLong(), bound);
    }

    /** How often anybody has dialled so far. */
    public long dials() {
        return dials;
    }

    void dialled() {
        dials++;
    }

    /** Connections of which at least one end is open. */
    public long openConnections() {
        return links.stream().filter(MemoryLink::isFirstOpenEnd).count();
    }

    /** All addresses that were ever joined, in that order. */
    public List<String> urls() {
        return new ArrayList<>(places.keySet());
    }
}
