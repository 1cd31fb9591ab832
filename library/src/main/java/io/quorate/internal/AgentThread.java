package io.quorate.internal;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Clock;
import io.quorate.node.port.Wakeup;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A thread that turns one agent: when it asked for it, or when it was woken. Before it ends it turns it once more. */
final class AgentThread implements Wakeup {
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Clock clock;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private volatile Agent agent = now -> Agent.NEVER;
    private volatile boolean stopping;

    AgentThread(String name, Clock clock, Consumer<Throwable> onFailure) {
        this.clock = clock;
        this.onFailure = onFailure;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void drive(Agent toTurn) {
        agent = toTurn;
        thread.start();
    }

    @Override
    public void wake() {
        if (!woken.getAndSet(true)) {
            LockSupport.unpark(thread);
        }
    }

    /** Waits until the agent's last turn has ended; at once if it was never driven. */
    void stop() {
        stopping = true;
        wake();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                sleepUntil(agent.turn(clock.nanoTime()));
                woken.set(false);
            }
            agent.turn(clock.nanoTime());
        } catch (Throwable e) {
            onFailure.accept(e);
        }
    }

    private void sleepUntil(long at) {
        for (long wait = at - clock.nanoTime(); wait > 0 && !woken.get(); wait = at - clock.nanoTime()) {
            if (at == Agent.NEVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, wait);
            }
        }
    }
}
