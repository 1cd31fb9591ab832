package io.quorate.cli.sim;

import io.quorate.sim.campaign.FailureFiles;
import io.quorate.sim.campaign.Outcome;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Unseen;
import io.quorate.sim.core.Violation;
import io.quorate.sim.shrink.Shrunk;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Tells what a campaign did: the ledger of one run of the command. */
final class Report {
    private static final String HELD = "every rule held";
    private static final String IDLE =
            HELD + "; INCONCLUSIVE all the same, run more: planned, and never did anything: ";

    private static final int MOST_NAMES = 6;

    private final PrintWriter out;
    private final PrintWriter err;

    Report(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    void tell(Done done) {
        Outcome outcome = done.outcome();
        Ledger ledger = outcome.ledger();
        out.println(
                "profile " + outcome.profile().text() + ", seeds " + seeds(outcome) + ": " + ledger.runs() + " runs, "
                        + ledger.events() + " events (" + done.eventsPerSecond() + " a second), " + ledger.operations()
                        + " operations of clients");
        out.println("simulated " + time(ledger.virtualNanos()) + ", of which count " + time(ledger.countedNanos())
                + ", in " + time(done.wallNanos()) + (done.isInterrupted() ? ", and then interrupted" : ""));
        out.println("faults that did something: " + faults(ledger));
        out.println(marksAndMissing(outcome));
        String unseen = unseen(ledger);
        if (!unseen.isEmpty()) {
            out.println("damage that nobody can see: " + unseen);
        }
        if (outcome.failure() == null) {
            out.println(verdict(done));
        }
    }

    private static String marksAndMissing(Outcome outcome) {
        List<Mark> missing = outcome.ledger().neverHitOf(Mark.of(outcome.profile()));
        return "marks hit: " + marks(outcome) + (missing.isEmpty() ? "" : "; not " + someNames(missing));
    }

    /** After a short run nearly all would be missing. */
    private static String someNames(List<Mark> marks) {
        int hidden = marks.size() - MOST_NAMES;
        return hidden <= 0 ? names(marks) : names(marks.subList(0, MOST_NAMES)) + " and " + hidden + " more";
    }

    private static String verdict(Done done) {
        List<FaultKind> idle = done.outcome().ledger().neverFired();
        if (idle.isEmpty()) {
            return HELD;
        }
        return (done.isInterrupted() ? HELD + "; planned, and not yet seen to do anything: " : IDLE) + names(idle);
    }

    /** Beside the line of the one run, on standard error. One run is too short for every fault to find its victim. */
    void tellVerdictOfOne(Outcome outcome) {
        if (outcome.failure() == null) {
            List<FaultKind> idle = outcome.ledger().neverFired();
            err.println(HELD + (idle.isEmpty() ? "" : "; planned, but too short a run for: " + names(idle)));
        } else {
            err.println(marksAndMissing(outcome));
        }
        err.flush();
    }

    /** At once: to reduce it takes a while. */
    void tellFailure(RunResult failure) {
        Violation violation = Objects.requireNonNull(failure.violation());
        out.println("FAILED: seed " + failure.script().seed() + " breaks " + violation.getMessage());
        Throwable cause = violation.getCause();
        if (cause != null) {
            cause.printStackTrace(out);
        }
        out.println("again: " + failure.script().replayLine());
        out.flush();
    }

    void tellFiles(RunResult failure, FailureFiles files) {
        Script script = failure.script();
        Shrunk shrunk = files.shrunk();
        Script smallest = shrunk.smallest().script();
        out.println("reduced in " + shrunk.runs() + " runs" + (shrunk.isWhole() ? "" : ", which is the bound")
                + ": faults "
                + script.faults().size() + " → " + smallest.faults().size() + ", requests "
                + script.workload().size() + " → " + smallest.workload().size() + ", members " + script.members()
                + " → " + smallest.members() + ", events " + failure.events() + " → "
                + shrunk.smallest().events());
        out.println("story: " + files.story());
        out.println("again: " + files.again().get(0));
        out.flush();
    }

    static String seeds(Outcome outcome) {
        return outcome.runs() == 0 ? "none" : outcome.firstSeed() + "–" + outcome.lastSeed();
    }

    static String faults(Ledger ledger) {
        List<String> words = new ArrayList<>();
        for (FaultKind kind : FaultKind.values()) {
            if (ledger.timesPlanned(kind) > 0) {
                words.add(name(kind) + " " + ledger.timesFired(kind));
            }
        }
        return words.isEmpty() ? "none" : String.join(", ", words);
    }

    private static String unseen(Ledger ledger) {
        List<String> words = new ArrayList<>();
        for (Unseen damage : Unseen.values()) {
            if (ledger.timesUnseen(damage) > 0) {
                words.add(name(damage) + " " + ledger.timesUnseen(damage));
            }
        }
        return String.join(", ", words);
    }

    /** How many of those of the profile. */
    static String marks(Outcome outcome) {
        List<Mark> wanted = Mark.of(outcome.profile());
        return (wanted.size() - outcome.ledger().neverHitOf(wanted).size()) + " of " + wanted.size();
    }

    static String names(List<? extends Enum<?>> names) {
        return String.join(", ", names.stream().map(Report::name).toList());
    }

    private static String name(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** As people say it: seconds, minutes or hours. */
    static String time(long nanos) {
        double seconds = nanos / 1e9;
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return seconds < 7200
                ? String.format(Locale.ROOT, "%.1f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}
