package io.quorate.sim.campaign;

import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs seeds that follow each other, several at once, and adds them up in their order: what a campaign of so many seeds ends
 * with is the same on every computer. The first seed that breaks a rule ends it.
 *
 * <p>Started once; {@link #soFar}, {@link #stop} and {@link #await} may be called by any thread.
 */
public final class Campaign {
    private static final long NONE = -1;

    /** So many results may wait for a slow seed before theirs. */
    private static final int MOST_AHEAD = 1024;

    private final Simulator simulator;
    private final long firstSeed;
    private final long seeds;
    private final int threads;
    private final ExecutorService pool;
    private final List<Future<?>> workers = new ArrayList<>();
    private final Ledger ledger = new Ledger();

    /** Results whose turn has not come, by the number of the seed in this campaign. */
    private final TreeMap<Long, RunResult> early = new TreeMap<>();

    private long taken;
    private long added;
    private boolean isStopped;
    private @Nullable RunResult failure;

    /** @param seeds at most so many, from the first one on */
    public Campaign(Simulator simulator, long firstSeed, long seeds, int threads) {
        this.simulator = simulator;
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "sim");
            thread.setDaemon(true);
            return thread;
        });
    }

    public void start() {
        for (int i = 0; i < threads; i++) {
            workers.add(pool.submit(this::work));
        }
        pool.shutdown();
    }

    /** No further seed is begun; those under way come to their end. */
    public synchronized void stop() {
        isStopped = true;
        notifyAll();
    }

    /** @return whether all is over */
    public boolean await(long millis) throws InterruptedException {
        return pool.awaitTermination(millis, TimeUnit.MILLISECONDS);
    }

    /** What is done of the seeds from the first one on without a gap. */
    public synchronized Outcome soFar() {
        Ledger copy = new Ledger();
        copy.add(ledger);
        return new Outcome(simulator.profile(), firstSeed, added, copy, failure);
    }

    /** Waits for the end. */
    public Outcome outcome() throws InterruptedException {
        for (Future<?> worker : workers) {
            try {
                worker.get();
            } catch (ExecutionException broken) {
                throw new IllegalStateException("a thread of the campaign broke", broken.getCause());
            }
        }
        return soFar();
    }

    private void work() {
        for (long number = take(); number != NONE; number = take()) {
            add(number, simulator.run(firstSeed + number));
        }
    }

    private synchronized long take() {
        try {
            while (taken - added >= MOST_AHEAD && !isStopped) {
                wait();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            isStopped = true;
        }
        return isStopped || taken == seeds ? NONE : taken++;
    }

    /** A failed seed stops the taking of others: all before it are taken already, and may fail before it. */
    private synchronized void add(long number, RunResult result) {
        early.put(number, result);
        isStopped |= !result.passed();
        RunResult next = failure == null ? early.remove(added) : null;
        while (next != null) {
            added++;
            ledger.add(next.ledger());
            failure = next.passed() ? null : next;
            next = failure == null ? early.remove(added) : null;
        }
        notifyAll();
    }
}
