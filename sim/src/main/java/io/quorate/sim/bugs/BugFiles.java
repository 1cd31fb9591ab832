package io.quorate.sim.bugs;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What the run that caught a planted bug leaves for people: reduced, as a story to read and as a trace. The trace is that of
 * code with the bug in it; a replay on the code as it is comes to something else, and says so.
 */
public record BugFiles(Path story, Path trace) {
    /**
     * Runs the seed again, reduces it and writes both files into the folder, over those of the same bug.
     *
     * @param checkout root of the sources that the running classes were built from
     * @param result of a bug that was found
     * @throws java.io.UncheckedIOException if the folder cannot be written
     */
    public static BugFiles write(Path checkout, HuntResult result, Path folder) {
        RecordedSeed caught = Objects.requireNonNull(result.caught(), "a bug that was not found leaves no run");
        Path place = folder.resolve("bug-" + caught.bug());
        try (MutantCompiler compiler = new MutantCompiler(checkout)) {
            Mutant.of(result.bug(), compiler)
                    .writeFailure(caught.seed(), place, "./quorate sim --bugs=" + caught.bug() + " --out " + folder);
        }
        return new BugFiles(Path.of(place + ".raft"), Path.of(place + ".trace"));
    }
}
