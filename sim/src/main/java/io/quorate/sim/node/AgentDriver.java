package io.quorate.sim.node;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Wakeup;
import io.quorate.sim.core.EventQueue;
import java.util.function.LongSupplier;

/**
 * What a thread does for an agent, in virtual time: a turn when the agent asked for it or was woken, after some delay. A turn
 * may take time, in which no other begins.
 */
final class AgentDriver implements Wakeup {
    private final EventQueue queue;
    private final SimClock clock;
    private final LongSupplier delay;
    private Agent agent = now -> Agent.NEVER;
    private long dueAt = Long.MAX_VALUE;
    private long busyUntil;
    private boolean stopped;
    private boolean held;

    /** @param delay nanoseconds from a wake to the turn: the scheduler's slowness */
    AgentDriver(EventQueue queue, SimClock clock, LongSupplier delay) {
        this.queue = queue;
        this.clock = clock;
        this.delay = delay;
    }

    void drive(Agent newAgent) {
        agent = newAgent;
        wake();
    }

    void stop() {
        stopped = true;
    }

    /** No turn begins before {@link #resume}: the process stands still, or a disk hangs. */
    void hold() {
        held = true;
    }

    void resume() {
        held = false;
        wake();
    }

    /** The turn that is under way, or was the last, lasts until that time. */
    void busyUntil(long nanos) {
        busyUntil = Math.max(busyUntil, nanos);
    }

    @Override
    public void wake() {
        schedule(queue.now() + delay.getAsLong());
    }

    private void schedule(long wanted) {
        long at = Math.max(wanted, busyUntil);
        if (at < dueAt && !stopped) {
            dueAt = at;
            queue.at(at, () -> turn(at));
        }
    }

    private void turn(long at) {
        if (stopped || dueAt != at) {
            return;
        }
        dueAt = Long.MAX_VALUE;
        if (held) {
            return;
        }
        if (queue.now() < busyUntil) {
            schedule(busyUntil);
            return;
        }
        long local = clock.nanoTime();
        long next = agent.turn(local);
        if (next != Agent.NEVER) {
            schedule(next <= local ? queue.now() + delay.getAsLong() : clock.worldTime(next));
        }
    }
}
