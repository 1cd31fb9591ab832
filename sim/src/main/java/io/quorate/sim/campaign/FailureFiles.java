package io.quorate.sim.campaign;

import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.shrink.Shrinker;
import io.quorate.sim.shrink.Shrunk;
import io.quorate.sim.story.Story;
import io.quorate.sim.trace.TraceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a failed run leaves for people: reduced, as a story to read and as a trace to run again or to draw.
 *
 * @param again lines that run it again: the reduced one, and the one that the seed stands for
 */
public record FailureFiles(Shrunk shrunk, Path story, Path trace, List<String> again) {
    /** Enough for the largest script of cores, and a bound for those that are reduced slowly. */
    public static final int MOST_RUNS = 3_000;

    /** Reduces the run and writes both files into the folder, over those of the same seed and profile. */
    public static FailureFiles write(Simulator simulator, RunResult failing, Path folder, int mostRuns)
            throws IOException {
        Script script = failing.script();
        Path place = folder.resolve(script.profile().text() + "-" + script.seed());
        List<String> again = List.of("./quorate sim replay " + place + ".trace", script.replayLine());
        return write(simulator, failing, place, again, mostRuns);
    }

    /**
     * Reduces the run and writes both files.
     *
     * @param place of the files, without their endings
     * @param again lines that run it again
     */
    public static FailureFiles write(
            Simulator simulator, RunResult failing, Path place, List<String> again, int mostRuns) throws IOException {
        Shrunk shrunk = Shrinker.shrink(simulator::run, failing, mostRuns);
        Path story = Path.of(place + ".raft");
        Path trace = Path.of(place + ".trace");
        Path folder = place.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.write(trace, traceOf(simulator, shrunk.smallest().script()));
        Files.write(story, Story.of(simulator::run, shrunk.smallest().script(), again));
        return new FailureFiles(shrunk, story, trace, again);
    }

    /** The whole trace of a run. */
    public static byte[] traceOf(Simulator simulator, Script script) {
        TraceWriter writer = new TraceWriter(script);
        return writer.end(simulator.run(script, writer));
    }
}
