package io.quorate.cli.sim;

import io.quorate.cli.common.Signals;
import io.quorate.sim.search.Search;
import io.quorate.sim.search.SearchBounds;
import io.quorate.sim.search.SearchResult;
import java.io.PrintWriter;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tries all interleavings of a small cluster, as far as a number of states reaches. */
final class SearchRun {
    private static final int REPORT_EVERY = 100_000;

    private final PrintWriter out;
    private final PrintWriter err;
    private final AtomicBoolean isInterrupted = new AtomicBoolean();
    private long nextReport = REPORT_EVERY;
    private String last = "nothing was found yet";

    SearchRun(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** @return the exit code */
    int run(SearchKind kind, long states) {
        Signals.handle("INT", number -> isInterrupted.set(true));
        int worst = 0;
        for (SearchBounds bounds : kind.bounds()) {
            int code = run(bounds, kind.mustEnd(), states);
            if (code == SimCommand.INTERRUPTED) {
                return code;
            }
            worst = Math.max(worst, code);
        }
        return worst;
    }

    private int run(SearchBounds bounds, boolean mustEnd, long states) {
        nextReport = REPORT_EVERY;
        long began = System.nanoTime();
        out.println("searching the core, up to " + states + " states: " + bounds);
        out.flush();
        try {
            SearchResult result = Search.run(bounds, states, this::progress);
            out.println(result);
            out.println(cost(result.states(), System.nanoTime() - began));
            boolean isShort = mustEnd && result.violation() == null && !result.isExhausted();
            if (isShort) {
                out.println("FAILED: these bounds are to be explored to the end, and " + states
                        + " states were reached before it; give more with --states");
            }
            out.flush();
            return result.violation() == null && !isShort ? 0 : SimCommand.FAILED;
        } catch (CancellationException interrupted) {
            out.println("interrupted: " + last);
            out.flush();
            return SimCommand.INTERRUPTED;
        }
    }

    private static String cost(long states, long nanos) {
        Runtime memory = Runtime.getRuntime();
        return "in " + Report.time(nanos) + ", " + (long) (states / (Math.max(1, nanos) / 1e9))
                + " states a second on one processor, heap " + ((memory.totalMemory() - memory.freeMemory()) >> 20)
                + " MiB of " + (memory.maxMemory() >> 20);
    }

    private void progress(long states, long transitions, int depth) {
        last = states + " states, " + transitions + " transitions, depth " + depth;
        if (isInterrupted.get()) {
            throw new CancellationException();
        }
        if (states >= nextReport) {
            nextReport = states + REPORT_EVERY;
            err.println(last);
            err.flush();
        }
    }
}
