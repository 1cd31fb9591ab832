package io.quorate.sim.bugs;

import java.util.ArrayList;
import java.util.List;

/**
 * A seed that catches a bug.
 *
 * @param bug its number
 * @param seedsNeeded the first seed that catches it, counted from 1
 * @param seed the one to replay, whose run is short
 * @param rule that is broken
 * @param events of the run up to there
 */
public record RecordedSeed(int bug, long seedsNeeded, long seed, String rule, long events) {
    private static final String HEAD =
            "# bug, seeds needed, seed, rule, events; written by PlantedBugsTest, see there\n";

    String line() {
        return bug + " " + seedsNeeded + ' ' + seed + ' ' + rule + ' ' + events;
    }

    private static RecordedSeed parse(String line) {
        String[] parts = line.split(" ", -1);
        return new RecordedSeed(
                Integer.parseInt(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                parts[3],
                Long.parseLong(parts[4]));
    }

    /** By rising number of the bug. */
    public static List<RecordedSeed> load() {
        List<RecordedSeed> seeds = new ArrayList<>();
        for (String line : BugCatalogue.resource("planted-bugs.seeds").split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                seeds.add(parse(line));
            }
        }
        return seeds;
    }

    static String text(List<RecordedSeed> seeds) {
        StringBuilder text = new StringBuilder(HEAD);
        seeds.forEach(seed -> text.append(seed.line()).append('\n'));
        return text.toString();
    }
}
