package io.quorate.cli.sim;

import io.quorate.cli.common.CommandFailure;
import io.quorate.sim.campaign.Outcome;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Objects;

/** The table of all that was ever simulated for the record: a row for each run of the command. */
final class LedgerFile {
    private static final String HEAD = """
            # What was simulated

            A row for each run of `./quorate sim --ledger`, written by it. An hour counts where clients finished at least one
            operation a simulated second. [Simulation](simulation.md) tells what the words mean.

            | commit | profile | seeds | simulated h | counted h | wall h | faults | result |
            | --- | --- | --- | ---: | ---: | ---: | ---: | --- |
            """;

    private final Path file;

    private LedgerFile(Path file) {
        this.file = file;
    }

    /** Tried before the run: who waits for an hour is not to hear then that there is no such folder. */
    static LedgerFile at(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new CommandFailure("--ledger " + file + ": there is no folder " + folder
                    + ". Run it in the checkout, or name a file: --ledger=FILE");
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new CommandFailure("--ledger " + file + ": the file cannot be written");
        }
        return new LedgerFile(file);
    }

    void add(String commit, Done done) {
        try {
            String head = Files.exists(file) ? "" : HEAD;
            Files.writeString(
                    file, head + row(commit, done) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new CommandFailure("cannot add to " + file + ": " + failed.getMessage());
        }
    }

    static String row(String commit, Done done) {
        Outcome outcome = done.outcome();
        Ledger ledger = outcome.ledger();
        return "| " + commit + " | " + outcome.profile().text() + " | " + Report.seeds(outcome)
                + " | " + hours(ledger.virtualNanos()) + " | " + hours(ledger.countedNanos()) + " | "
                + hours(done.wallNanos()) + " | " + fired(ledger) + " | " + result(outcome) + " |";
    }

    private static String hours(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 3600e9);
    }

    private static long fired(Ledger ledger) {
        long fired = 0;
        for (FaultKind kind : FaultKind.values()) {
            fired += ledger.timesFired(kind);
        }
        return fired;
    }

    private static String result(Outcome outcome) {
        RunResult failure = outcome.failure();
        if (failure != null) {
            Violation violation = Objects.requireNonNull(failure.violation());
            return "seed " + failure.script().seed() + " broke " + violation.rule();
        }
        return outcome.passed() ? "clean" : "never fired: " + outcome.ledger().neverFired();
    }
}
