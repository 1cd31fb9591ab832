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
        description = {
            "Runs the script of a trace again, and says whether it came to the same.",
            "Ends with exit code 1 when a rule is broken."
        })
final class ReplayCommand implements Callable<Integer> {
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
        if (result.hash() != trace.hash()) {
            out.println("not the run that was recorded: the code has changed since, or the run depends on more than its"
                    + " script");
        }
        out.println(result.line());
        out.flush();
        return violation == null ? 0 : 1;
    }

    private Trace read() {
        try {
            return TraceReader.read(Files.readAllBytes(file));
        } catch (NoSuchFileException missing) {
            throw new CommandFailure("there is no file " + file);
        } catch (IOException unreadable) {
            throw new CommandFailure("cannot read " + file + ": " + unreadable.getMessage());
        } catch (TraceFormatException refused) {
            throw new CommandFailure("cannot read " + file + ": " + refused.getMessage());
        }
    }
}
