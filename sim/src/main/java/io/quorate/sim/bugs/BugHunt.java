package io.quorate.sim.bugs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Looks for each bug among the seeds from 1 on, as somebody would who does not know that it is there. */
public final class BugHunt {
    /** Enough for the rarest, several times over, and little enough to end soon where one cannot be found. */
    public static final long MOST_SEEDS = 5_000;

    /** Hears of each bug when its hunt is over; called by one thread at a time. */
    @FunctionalInterface
    public interface Listener {
        void hunted(HuntResult result);
    }

    private final Path checkout;
    private final long mostSeeds;
    private final long seedsBehind;
    private final int threads;
    private volatile boolean isStopped;

    BugHunt(Path checkout, long mostSeeds, long seedsBehind, int threads) {
        this.checkout = checkout;
        this.mostSeeds = mostSeeds;
        this.seedsBehind = seedsBehind;
        this.threads = threads;
    }

    /**
     * Ends with the first seed that catches a bug.
     *
     * @param checkout root of the sources that the running classes were built from
     * @param mostSeeds after which a bug counts as not found
     */
    public static BugHunt forFirstSeed(Path checkout, long mostSeeds, int threads) {
        return new BugHunt(checkout, mostSeeds, 0, threads);
    }

    /** Looks on for a seed with a short run, to be replayed often. */
    public static BugHunt forShortRun(Path checkout, long mostSeeds, int threads) {
        return new BugHunt(checkout, mostSeeds, 10, threads);
    }

    /** No further seed is tried. May be called by any thread. */
    public void stop() {
        isStopped = true;
    }

    /**
     * In the order of the bugs; those whose hunt was stopped before its end are left out.
     *
     * @throws BugDoesNotFitException if one cannot be planted
     */
    public List<HuntResult> hunt(List<PlantedBug> bugs, Listener listener) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (MutantCompiler compiler = new MutantCompiler(checkout)) {
            List<Future<List<HuntResult>>> hunts = new ArrayList<>();
            for (PlantedBug bug : bugs) {
                hunts.add(pool.submit(() -> hunt(bug, compiler, listener)));
            }
            List<HuntResult> results = new ArrayList<>();
            for (Future<List<HuntResult>> hunt : hunts) {
                results.addAll(resultOf(hunt));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    /** Nothing where it was stopped. */
    private List<HuntResult> hunt(PlantedBug bug, MutantCompiler compiler, Listener listener) {
        HuntResult result = isStopped ? null : hunt(bug, Mutant.of(bug, compiler));
        if (result == null) {
            return List.of();
        }
        synchronized (listener) {
            listener.hunted(result);
        }
        return List.of(result);
    }

    private static List<HuntResult> resultOf(Future<List<HuntResult>> hunt) {
        try {
            return hunt.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the hunt was interrupted", e);
        }
    }

    private @Nullable HuntResult hunt(PlantedBug bug, Mutant mutant) {
        long first = 0;
        RecordedSeed shortest = null;
        long last = mostSeeds;
        for (long seed = 1; seed <= last; seed++) {
            if (isStopped || Thread.currentThread().isInterrupted()) {
                return null;
            }
            Verdict verdict = mutant.run(seed);
            if (!bug.rules().contains(verdict.rule())) {
                continue;
            }
            if (shortest == null) {
                first = seed;
                last = seed + seedsBehind;
            }
            if (shortest == null || verdict.events() < shortest.events()) {
                shortest = new RecordedSeed(bug.number(), first, seed, verdict.rule(), verdict.events());
            }
        }
        return new HuntResult(bug, shortest == null ? mostSeeds : first, shortest);
    }
}
