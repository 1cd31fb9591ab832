package io.quorate.virtual;

import io.quorate.node.port.Clock;
import java.util.PriorityQueue;

/** A clock that moves only from event to event; events of one time keep the order in which they were made. */
final class VirtualTime implements Clock {
    static final long MILLI = 1_000_000;

    private record Event(long at, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long number;

    @Override
    public long nanoTime() {
        return now;
    }

    void at(long nanos, Runnable action) {
        events.add(new Event(Math.max(now, nanos), number++, action));
    }

    void after(long nanos, Runnable action) {
        at(now + nanos, action);
    }

    void runMillis(long millis) {
        long end = now + millis * MILLI;
        while (!events.isEmpty() && events.peek().at <= end) {
            Event next = events.remove();
            now = next.at;
            next.action.run();
        }
        now = end;
    }

    /** Runs what is due now, without any time passing. */
    void runNow() {
        runMillis(0);
    }
}
