package io.quorate.virtual;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Wakeup;
import java.util.function.LongSupplier;

/** What a thread does for an agent, in virtual time: a turn when the agent asked for it or was woken, after some delay. */
final class AgentDriver implements Wakeup {
    private final VirtualTime time;
    private final LongSupplier delay;
    private Agent agent = now -> Agent.NEVER;
    private long dueAt = Long.MAX_VALUE;
    private boolean stopped;
    private boolean held;

    /** @param delay how long from the wake to the turn: the scheduler's slowness, or the time that a disk takes */
    AgentDriver(VirtualTime time, LongSupplier delay) {
        this.time = time;
        this.delay = delay;
    }

    void drive(Agent newAgent) {
        agent = newAgent;
        wake();
    }

    void stop() {
        stopped = true;
    }

    /** No turn begins before {@link #resume}: a disk that hangs. */
    void hold() {
        held = true;
    }

    void resume() {
        held = false;
        wake();
    }

    @Override
    public void wake() {
        schedule(time.nanoTime() + delay.getAsLong());
    }

    private void schedule(long at) {
        if (at < dueAt && !stopped) {
            dueAt = at;
            time.at(at, () -> turn(at));
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
        long next = agent.turn(time.nanoTime());
        if (next != Agent.NEVER) {
            schedule(next <= time.nanoTime() ? time.nanoTime() + delay.getAsLong() : next);
        }
    }
}
