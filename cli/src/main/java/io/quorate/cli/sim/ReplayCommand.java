package io.quorate.cli.sim;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Silence;
import io.quorate.sim.campaign.Simulator;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Violation;
import io.quorate.sim.story.Story;
import io.quorate.sim.trace.Trace;
import io.quorate.sim.trace.TraceFormatException;
import io.quorate.sim.trace.TraceReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs again what a trace holds: the reduced run of a failure, which no seed stands for. */
@Command(
        name = "replay",
        footer = {
            "  quorate sim replay target/sim/core-7.trace",
            "  quorate sim replay --story target/sim/core-7.trace     every step of it"
        },
        description = "Runs the script of a trace again, and says whether it came to the same.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every rule held, in the run that was recorded",
            "1:a rule was broken",
            "2:there is no trace to run",
            "3:every rule held in another run: the code has changed since, as where what broke the rule was mended"
        })
final class ReplayCommand implements Callable<Integer> {
    private static final String HELD = "every rule held";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "A trace, as a failed run leaves it.")
    private Path file = Path.of("");

    @Option(names = "--story", description = "Tells it step by step, in the form of a scenario.")
    private boolean tellsStory;

    @Override
    public Integer call() {
        Silence.begin();
        Trace trace = read();
        Script script = trace.script();
        Simulator simulator = Simulator.of(script.profile());
        PrintWriter out = spec.commandLine().getOut();
        RunResult result = simulator.run(script, RunListener.NONE);
        if (tellsStory) {
            Story.of(simulator::run, script, List.of("./quorate sim replay " + file))
                    .forEach(out::println);
        }
        Violation violation = result.violation();
        if (violation != null) {
            out.println("breaks " + violation.getMessage());
        }
        boolean isSame = result.hash() == trace.hash();
        out.println(
                isSame
                        ? "replayed: the recorded run, with the same hash" + (violation == null ? "; " + HELD : "")
                        : "not the run that was recorded: " + difference(trace.brokenRule(), violation));
        out.println(result.line());
        out.flush();
        if (violation != null) {
            return SimCommand.FAILED;
        }
        return isSame ? 0 : SimCommand.OTHER_RUN;
    }

    private static String difference(String recorded, @Nullable Violation violation) {
        String that = recorded.isEmpty() ? "every rule held in that one" : "that one broke " + recorded;
        String now = violation == null ? HELD + " in this one" : "this one broke " + violation.rule();
        return that + ", " + now
                + ". The code has changed since, or had a bug planted in it then; else the run depends on"
                + " more than its script";
    }

    private Trace read() {
        try {
            return TraceReader.read(Files.readAllBytes(file));
        } catch (NoSuchFileException missing) {
            throw new CommandFailure(SimCommand.NOT_UNDERSTOOD, "there is no file " + file);
        } catch (IOException unreadable) {
            throw new CommandFailure(SimCommand.NOT_UNDERSTOOD, "cannot read " + file + ": " + unreadable.getMessage());
        } catch (TraceFormatException refused) {
            throw new CommandFailure(SimCommand.NOT_UNDERSTOOD, "cannot read " + file + ": " + refused.getMessage());
        }
    }
}
