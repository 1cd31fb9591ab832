package io.quorate.sim.bugs;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The page that tells all bugs, and what caught them. */
public final class BugTable {
    private static final String HEAD = """
            # Planted bugs

            <!-- Written by PlantedBugsTest, from the catalogue and the recorded seeds. -->

            Bugs that other implementations of Raft have had, planted into copies of our own sources, one at a time.
            The simulator must find each of them: this is the proof that it can fail. `./quorate sim --bugs` looks
            for all of them from seed 1 on, and the tests replay one recorded seed of each, on the code with the bug,
            where it must break the rule, and on the code as it is, where it must not.

            "Seeds" is how many seeds were tried up to the first that caught the bug. The bugs are written down in
            `sim/src/main/resources/io/quorate/sim/bugs`; a change of the simulator or of the code that moves the
            seeds is recorded by

                mvn -pl sim -am test -Dtest='PlantedBugsTest' -Dsurefire.failIfNoSpecifiedTests=false -Dbugs.record=all

            or with the numbers of some bugs instead of `all`. Then read `git diff`: a bug that is missing was not found.

            | | bug | who had it | planted in | profile | seeds | broken rule |
            |---|---|---|---|---|---|---|
            """;

    private BugTable() {}

    public static String text(List<PlantedBug> bugs, List<RecordedSeed> seeds) {
        Map<Integer, RecordedSeed> byBug = new TreeMap<>();
        seeds.forEach(seed -> byBug.put(seed.bug(), seed));
        StringBuilder text = new StringBuilder(HEAD);
        for (PlantedBug bug : bugs) {
            RecordedSeed seed = byBug.get(bug.number());
            text.append("| ").append(bug.number());
            text.append(" | **").append(bug.title()).append(".** ").append(bug.sentence());
            text.append(" | ").append(bug.source());
            text.append(" | ").append(fileNames(bug));
            text.append(" | ").append(bug.profile().text());
            text.append(" | ").append(seed == null ? "not found" : String.valueOf(seed.seedsNeeded()));
            text.append(" | ")
                    .append(seed == null ? "" : '`' + seed.rule() + '`')
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String fileNames(PlantedBug bug) {
        return bug.files().stream()
                .map(file -> '`' + file.substring(file.lastIndexOf('/') + 1) + '`')
                .collect(Collectors.joining(", "));
    }
}
