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
    int run(long states) {
        Signals.handle("INT", number -> isInterrupted.set(true));
        SearchBounds bounds = SearchBounds.usual();
        out.println("searching the core within " + bounds + ", up to " + states + " states");
        out.flush();
        try {
            SearchResult result = Search.run(bounds, states, this::progress);
            out.println(result);
            out.flush();
            return result.violation() == null ? 0 : SimCommand.FAILED;
        } catch (CancellationException interrupted) {
            out.println("interrupted: " + last);
            out.flush();
            return SimCommand.INTERRUPTED;
        }
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
