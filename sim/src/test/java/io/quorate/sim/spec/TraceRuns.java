package io.quorate.sim.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Runs of one cluster, to be followed by TLC in one process: each must be a behaviour of the specification. */
final class TraceRuns {
    private static final Pattern ACCEPTED = Pattern.compile("<<\"accepted\", (\\d+)>>");

    private TraceRuns() {}

    /**
     * Which of the runs are behaviours of the specification.
     *
     * @param highestTerm no lower than any term in the runs
     * @param runs the lines of each, an event a line
     * @return numbers of the runs, from 1
     * @throws IllegalStateException if TLC could not follow them for another reason, a broken invariant among them
     */
    static Set<Integer> accepted(Path folder, List<String> members, long highestTerm, List<List<String>> runs)
            throws IOException, InterruptedException {
        write(folder.resolve("Traces.tla"), members, highestTerm);
        TraceFile.write(folder, runs);
        Path config = Tlc.specification().resolve("TraceRaft.cfg");
        Tlc.Outcome outcome = Tlc.explore(folder, "TraceRaft", config);
        if (!outcome.isComplete()) {
            throw new IllegalStateException(outcome.output());
        }
        Set<Integer> accepted = new TreeSet<>();
        ACCEPTED.matcher(outcome.output()).results().forEach(found -> accepted.add(Integer.valueOf(found.group(1))));
        return accepted;
    }

    private static void write(Path file, List<String> members, long highestTerm) throws IOException {
        Files.writeString(file, """
                ---- MODULE Traces ----
                TraceServers == {"%s"}
                TraceMaxTerm == %d
                Traces == <<>>  \\* %s, see TraceFile
                ====
                """.formatted(String.join("\", \"", members), highestTerm, TraceFile.NAME));
    }
}
