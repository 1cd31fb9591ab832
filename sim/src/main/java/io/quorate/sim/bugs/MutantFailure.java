package io.quorate.sim.bugs;

import io.quorate.sim.campaign.FailureFiles;
import io.quorate.sim.campaign.Simulator;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Called across class loaders, as {@link MutantRun}: profile, seed, place of the files, and the line that finds it again. */
public final class MutantFailure implements Consumer<List<String>> {
    /** Called by reflection. */
    public MutantFailure() {}

    @Override
    public void accept(List<String> words) {
        Simulator simulator = Simulator.of(Profile.valueOf(words.get(0)));
        Simulator sturdy = new Simulator(
                simulator.profile(), simulator.swarm(), (script, listener) -> run(simulator, script, listener));
        RunResult failing = sturdy.run(Long.parseLong(words.get(1)));
        try {
            FailureFiles.write(sturdy, failing, Path.of(words.get(2)), List.of(words.get(3)), FailureFiles.MOST_RUNS);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A reduced run of broken code may go astray in another way than the one that is looked for. */
    private static RunResult run(Simulator simulator, Script script, RunListener listener) {
        try {
            return simulator.run(script, listener);
        } catch (StackOverflowError endless) {
            throw new IllegalStateException(endless);
        }
    }
}
