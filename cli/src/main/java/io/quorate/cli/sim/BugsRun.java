package io.quorate.cli.sim;

import io.quorate.cli.common.CommandFailure;
import io.quorate.sim.bugs.BugDoesNotFitException;
import io.quorate.sim.bugs.BugHunt;
import io.quorate.sim.bugs.HuntResult;
import io.quorate.sim.bugs.PlantedBug;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Plants each known bug into a copy of the sources, and looks for it from seed 1 on: the proof that the simulator can fail. */
final class BugsRun {
    private final PrintWriter out;
    private final Path checkout;

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

    /** @return the exit code */
    int run(List<PlantedBug> bugs, long mostSeeds, int threads) {
        out.println("looking for " + bugs.size() + " planted bugs");
        out.flush();
        try {
            List<HuntResult> results =
                    BugHunt.forFirstSeed(checkout, mostSeeds, threads).hunt(bugs, this::tell);
            long found = results.stream().filter(HuntResult::isFound).count();
            out.println(found + " of " + bugs.size() + " found");
            out.flush();
            return found == bugs.size() ? 0 : SimCommand.FAILED;
        } catch (BugDoesNotFitException changed) {
            throw new CommandFailure(String.valueOf(changed.getMessage()));
        }
    }

    private void tell(HuntResult result) {
        out.println(result.line());
        out.flush();
    }
}
