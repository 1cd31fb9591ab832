package io.quorate.transport;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.quorate.node.port.Agent;
import io.quorate.node.port.Clock;
import io.quorate.node.port.Wakeup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns one {@link Agent} on one event loop: after a wake-up, when the time it asked for has come, and once after all the
 * reads of one pass of the loop. However often it is woken meanwhile, it is one turn, and one wake-up of the loop's thread.
 * It is also the {@link Executor} of that thread.
 */
public final class NettyLoop implements Wakeup, Executor {
    /** "At once" goes through the loop's timer, so that sockets are read between two turns. */
    private static final long AT_ONCE_NANOS = 1;

    private final EventLoop eventLoop;
    private final Clock clock;
    private final Consumer<Throwable> onFailure;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable wokenTurn = this::wokenTurn;
    private final Runnable timedTurn = this::timedTurn;

    // Of the loop's thread alone:
    private @Nullable Agent agent;
    private @Nullable ScheduledFuture<?> timer;
    private long timerAt = Agent.NEVER;
    private boolean failed;

    /**
     * @param eventLoop one of {@link EventLoops}, or of a group of the same kind
     * @param onFailure hears once, on the loop, what a turn or a link's handler threw. The agent is still turned, so that it
     *     can end in order; a turn that throws after that is the last
     */
    public NettyLoop(EventLoop eventLoop, Clock clock, Consumer<Throwable> onFailure) {
        this.eventLoop = eventLoop;
        this.clock = clock;
        this.onFailure = onFailure;
    }

    public EventLoop eventLoop() {
        return eventLoop;
    }

    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    /** From now on this agent is turned; at once for the first time. From any thread, once. */
    public void drive(Agent toTurn) {
        eventLoop.execute(() -> {
            agent = toTurn;
            turn();
        });
    }

    /** No turn begins after the future is done. From any thread. */
    public CompletableFuture<Void> stop() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        try {
            eventLoop.execute(() -> {
                agent = null;
                cancelTimer();
                stopped.complete(null);
            });
        } catch (RejectedExecutionException shutDown) {
            stopped.complete(null);
        }
        return stopped;
    }

    @Override
    public void wake() {
        if (!woken.get() && woken.compareAndSet(false, true)) {
            try {
                eventLoop.execute(wokenTurn);
            } catch (RejectedExecutionException shutDown) {
                woken.set(false);
            }
        }
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    private void wokenTurn() {
        woken.set(false);
        turn();
    }

    private void timedTurn() {
        timer = null;
        timerAt = Agent.NEVER;
        turn();
    }

    private void turn() {
        Agent toTurn = agent;
        if (toTurn == null) {
            return;
        }
        try {
            long now = clock.nanoTime();
            wantNext(toTurn.turn(now), now);
        } catch (Throwable e) {
            if (failed) {
                agent = null;
                cancelTimer();
            }
            fail(e);
        }
    }

    /** A timer that fires too early costs one empty turn; so only a later wish than the one planned is free. */
    private void wantNext(long at, long now) {
        if (at == Agent.NEVER || at >= timerAt || agent == null) {
            return;
        }
        cancelTimer();
        timerAt = at;
        timer = (ScheduledFuture<?>)
                eventLoop.schedule(timedTurn, Math.max(at - now, AT_ONCE_NANOS), TimeUnit.NANOSECONDS);
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
            timerAt = Agent.NEVER;
        }
    }

    /** Something has left its agent in no known state: its owner hears of it, and should end it. */
    void fail(Throwable what) {
        if (!failed) {
            failed = true;
            onFailure.accept(what);
        }
    }
}
