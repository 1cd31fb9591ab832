package io.quorate.cli.sim;

import io.quorate.cli.common.CommandFailure;
import io.quorate.sim.campaign.Outcome;
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
    /** The columns; a file with others is not added to. */
    static final String COLUMNS =
            "| commit | profile | seeds | simulated h | counted h | wall h | events | events/s per thread | faults "
                    + "| unseen | excused | result |\n"
                    + "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n";

    private static final String HEAD = """
            # What was simulated

            A row for each run of `./quorate sim --ledger`, written by it. An hour counts where clients finished at least one
            operation a simulated second. Unseen is how often damage happened that nobody can see; excused, how often a kind of
            fault was planned for a run and did nothing in it, though it did in another run of the row, or the row is of one run alone.
            [Simulation](simulation.md) tells what the words mean.

            """ + COLUMNS;

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
        if (!isEmpty(file) && !read(file).contains(COLUMNS)) {
            throw new CommandFailure("--ledger " + file + ": the file holds no table with these columns: "
                    + COLUMNS.lines().findFirst().orElseThrow() + ". Name another file");
        }
        return new LedgerFile(file);
    }

    private static boolean isEmpty(Path file) {
        return !Files.exists(file) || read(file).isBlank();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new CommandFailure("cannot read " + file + ": " + failed.getMessage());
        }
    }

    void add(String commit, Done done) {
        try {
            String head = isEmpty(file) ? HEAD : "";
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
                + hours(done.wallNanos()) + " | " + ledger.events() + " | " + done.eventsPerSecondAndThread() + " | "
                + ledger.timesFired() + " | " + ledger.timesUnseen() + " | " + done.excused() + " | " + result(done)
                + " |";
    }

    private static String hours(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 3600e9);
    }

    private static String result(Done done) {
        Outcome outcome = done.outcome();
        RunResult failure = outcome.failure();
        if (failure != null) {
            Violation violation = Objects.requireNonNull(failure.violation());
            return "seed " + failure.script().seed() + " broke " + violation.rule();
        }
        return done.isOneSeed() || outcome.passed()
                ? "clean"
                : "never fired: " + Report.names(outcome.ledger().neverFired());
    }
}
