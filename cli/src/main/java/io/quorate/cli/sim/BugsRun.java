package io.quorate.cli.sim;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Signals;
import io.quorate.sim.bugs.BugDoesNotFitException;
import io.quorate.sim.bugs.BugFiles;
import io.quorate.sim.bugs.BugHunt;
import io.quorate.sim.bugs.HuntResult;
import io.quorate.sim.bugs.PlantedBug;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Plants each known bug into a copy of the sources, and looks for it from seed 1 on: the proof that the simulator can fail. */
final class BugsRun {
    private final PrintWriter out;
    private final Path checkout;
    private final AtomicInteger interrupts = new AtomicInteger();

    BugsRun(PrintWriter out, Path checkout) {
        this.out = out;
        this.checkout = checkout;
    }

    /** The checkout that this command was started from: bugs are planted into its sources. */
    static Path ownCheckout() {
        Path launcher = Path.of(System.getProperty("quorate.launcher", "quorate"));
        Path checkout = launcher.toAbsolutePath().resolve("..").normalize();
        if (!Files.isDirectory(checkout.resolve("raft/src/main/java"))) {
            throw new CommandFailure("--bugs plants bugs into the sources, and there are none at " + checkout
                    + ". Start ./quorate from a checkout");
        }
        return checkout;
    }

    /**
     * @param folder where story and trace of each bug that is found go, null for nowhere
     * @return the exit code
     */
    int run(List<PlantedBug> bugs, long mostSeeds, int threads, @Nullable Path folder) {
        BugHunt hunt = BugHunt.forFirstSeed(checkout, mostSeeds, threads);
        Signals.handle("INT", number -> interrupted(hunt));
        out.println("looking for " + bugs.size() + (bugs.size() == 1 ? " planted bug" : " planted bugs")
                + "; Ctrl-C ends it and tells what was done");
        out.flush();
        try {
            long began = System.nanoTime();
            List<HuntResult> results = hunt.hunt(bugs, this::tell);
            out.println(summary(results, bugs.size(), System.nanoTime() - began));
            out.flush();
            if (folder != null) {
                results.forEach(result -> write(result, folder));
            }
            return exitCode(results);
        } catch (BugDoesNotFitException changed) {
            throw new CommandFailure(String.valueOf(changed.getMessage()));
        }
    }

    /** The first lets the runs under way end; who presses again does not want to know what was done. */
    private void interrupted(BugHunt hunt) {
        if (interrupts.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(SimCommand.INTERRUPTED);
        }
        hunt.stop();
    }

    private static long found(List<HuntResult> results) {
        return results.stream().filter(HuntResult::isFound).count();
    }

    static String summary(List<HuntResult> results, int bugs, long nanos) {
        int open = bugs - results.size();
        return found(results) + " of " + bugs + " found, in " + Report.time(nanos)
                + (open == 0 ? "" : ", and then interrupted: " + open + " were not looked for to the end");
    }

    private int exitCode(List<HuntResult> results) {
        if (found(results) < results.size()) {
            return SimCommand.FAILED;
        }
        return interrupts.get() > 0 ? SimCommand.INTERRUPTED : 0;
    }

    private void tell(HuntResult result) {
        out.println(result.line());
        out.flush();
    }

    private void write(HuntResult result, Path folder) {
        if (!result.isFound() || interrupts.get() > 0) {
            return;
        }
        out.println("reducing the run that caught bug " + result.bug().number());
        out.flush();
        try {
            BugFiles files = BugFiles.write(checkout, result, folder);
            out.println(
                    "bug " + result.bug().number() + ", reduced: story " + files.story() + ", trace " + files.trace());
            out.flush();
        } catch (UncheckedIOException failed) {
            throw new CommandFailure("cannot write into " + folder + ": " + failed.getMessage());
        }
    }
}
