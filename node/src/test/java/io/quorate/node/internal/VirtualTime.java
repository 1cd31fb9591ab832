package io.quorate.node.internal;

import io.quorate.node.port.Clock;
import java.util.PriorityQueue;

/** A clock that moves only when told to, and what is to happen at which time; equal times keep their order. */
final class VirtualTime implements Clock {
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

    void after(long nanos, Runnable action) {
        events.add(new Event(now + nanos, number++, action));
    }

    /** Runs everything that is due until the time has come. */
    void runUntil(long nanos) {
        while (!events.isEmpty() && events.peek().at <= nanos) {
            Event next = events.remove();
            now = Math.max(now, next.at);
            next.action.run();
        }
        now = Math.max(now, nanos);
    }

    void runMillis(long millis) {
        runUntil(now + millis * 1_000_000);
    }
}
