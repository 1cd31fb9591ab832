package io.quorate.cli.sim;

import io.quorate.sim.core.Ledger;
import java.io.PrintWriter;
import java.util.function.Supplier;

/** How far a campaign is: one line that changes on a terminal, a new one now and then elsewhere. */
final class Progress {
    private static final long SECOND = 1_000_000_000;

    private final PrintWriter to;
    private final boolean isTerminal;
    private long nextNanos;

    Progress(PrintWriter to, boolean isTerminal) {
        this.to = to;
        this.isTerminal = isTerminal;
        this.nextNanos = interval();
    }

    /** The launcher says whether standard error is a terminal: Java cannot ask. */
    static Progress on(PrintWriter err) {
        return new Progress(err, Boolean.getBoolean("quorate.terminal"));
    }

    private long interval() {
        return isTerminal ? SECOND / 2 : 30 * SECOND;
    }

    void begin() {
        to.println("simulating; Ctrl-C ends it and tells what was done");
        to.flush();
    }

    void show(long wallNanos, Supplier<Done> done) {
        if (wallNanos >= nextNanos) {
            nextNanos = wallNanos + interval();
            String line = line(done.get());
            if (isTerminal) {
                to.print("\r" + line + "\u001b[K");
            } else {
                to.println(line);
            }
            to.flush();
        }
    }

    void end() {
        if (isTerminal) {
            to.print("\r\u001b[K");
            to.flush();
        }
    }

    static String line(Done done) {
        Ledger ledger = done.outcome().ledger();
        return Report.time(done.wallNanos()) + "  " + done.outcome().runs() + " seeds  " + done.eventsPerSecond()
                + " events/s  simulated " + Report.time(ledger.virtualNanos()) + "  faults " + ledger.timesFired()
                + "  marks "
                + Report.marks(done.outcome());
    }
}
