package io.quorate.cli.log;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.FileProblem;
import io.quorate.storage.DirectoryCheck;
import io.quorate.storage.DirectoryCheck.Flaw;
import io.quorate.storage.DirectoryCheck.Report;
import io.quorate.storage.FileDisk;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a member's data directory. */
@Command(
        name = "verify",
        sortOptions = false,
        footer = {"  quorate log verify n1.etcd"},
        description =
                "Checks every record, segment and snapshot in a member's data directory, and whether a start would take"
                        + " it. Takes no lock and changes nothing. Ends with 1 when something is damaged. Best of a stopped member: what"
                        + " goes from a running one meanwhile may look missing.")
public final class LogVerifyCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "DIR", description = "The member's data directory.")
    private Path directory = Path.of("");

    @Override
    public void run() {
        if (!Files.isDirectory(directory)) {
            throw new CommandFailure((Files.exists(directory) ? directory + " is a file" : "there is no " + directory)
                    + ": name a member's --data-dir");
        }
        Report report = check();
        PrintWriter out = spec.commandLine().getOut();
        for (Flaw flaw : report.flaws()) {
            out.println("DAMAGED " + flaw.file() + (flaw.offset() < 0 ? "" : " at offset " + flaw.offset()) + ": "
                    + flaw.what() + (flaw.needed() ? "" : " (a start does without it where it can)"));
        }
        out.println("read: " + count(report.segments(), "segment") + " with " + count(report.records(), "record") + ", "
                + count(report.snapshots(), "snapshot") + ", " + count(report.indexes(), "index file"));
        out.flush();
        if (!report.flaws().isEmpty()) {
            throw new CommandFailure(count(report.flaws().size(), "place") + " of " + directory
                    + " damaged, named above. Keep a copy of the directory before anything else.");
        }
        out.println("every checksum holds, and a start would take it");
        out.flush();
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private Report check() {
        try (FileDisk disk = FileDisk.readOnly(directory)) {
            return new DirectoryCheck(disk).run();
        } catch (IOException failed) {
            throw new CommandFailure("the directory cannot be checked: " + FileProblem.of(failed));
        }
    }
}
