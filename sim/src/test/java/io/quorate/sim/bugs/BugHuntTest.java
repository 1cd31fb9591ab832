package io.quorate.sim.bugs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.sim.bugs.PlantedBug.Change;
import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.trace.Trace;
import io.quorate.sim.trace.TraceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hunt finds what is there, does not find what is not, and refuses what cannot be planted. */
class BugHuntTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("basedir", "."))
            .resolve("..")
            .toAbsolutePath()
            .normalize();
    private static final String LEADER = "raft/src/main/java/io/quorate/raft/Leader.java";
    private static final String OWN_DISK =
            "        return slot == selfSlot ? raft.persistedIndex() : followers[slot].matchIndex();\n";

    private static PlantedBug bug(String old, String replacement) {
        return new PlantedBug(
                1,
                "A bug",
                "It does harm.",
                "this test",
                Profile.CORE,
                List.of(new Change(LEADER, old, replacement)),
                Set.of("COMMIT_IS_DURABLE"));
    }

    private static List<HuntResult> hunt(PlantedBug bug, long mostSeeds) {
        List<HuntResult> heard = new ArrayList<>();
        List<HuntResult> results = new BugHunt(CHECKOUT, mostSeeds, 0, 1).hunt(List.of(bug), heard::add);
        assertThat(heard).isEqualTo(results);
        return results;
    }

    @Test
    void aBugIsFoundByTheRuleThatItBreaks() {
        List<HuntResult> results = hunt(bug(OWN_DISK, OWN_DISK.replace("persistedIndex", "lastIndex")), 20);
        RecordedSeed caught = Objects.requireNonNull(results.get(0).caught());
        assertThat(results.get(0).line())
                .isEqualTo("found      bug 1 by seed " + caught.seed() + ", COMMIT_IS_DURABLE: A bug");
        assertThat(MutantRun.run(Profile.CORE, caught.seed()).rule()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void aChangeThatDoesNoHarmIsNotFound() {
        HuntResult result =
                hunt(bug(OWN_DISK, "        // Harmless.\n" + OWN_DISK), 3).get(0);
        assertThat(result.isFound()).isFalse();
        assertThat(result.line()).isEqualTo("not found  bug 1 in 3 seeds: A bug");
    }

    @Test
    void aBugThatBreaksAnotherRuleThanItShouldIsNotFound() {
        PlantedBug other = bug("        if (held >= termStartIndex) {\n", "        if (held > 0) {\n");
        assertThat(hunt(other, 10).get(0).isFound()).isFalse();
    }

    @Test
    void aStoppedHuntLeavesOutWhatItDidNotEnd() {
        PlantedBug found = bug(OWN_DISK, OWN_DISK.replace("persistedIndex", "lastIndex"));
        PlantedBug never = bug(OWN_DISK, "        // Harmless.\n" + OWN_DISK);
        BugHunt hunt = new BugHunt(CHECKOUT, Long.MAX_VALUE, 0, 1);
        List<HuntResult> results = hunt.hunt(List.of(found, never, found), result -> hunt.stop());
        assertThat(results).hasSize(1).allMatch(HuntResult::isFound);
    }

    @Test
    void whatCaughtABugIsReducedAndWrittenDown(@TempDir Path folder) throws IOException {
        HuntResult result = hunt(bug(OWN_DISK, OWN_DISK.replace("persistedIndex", "lastIndex")), 20)
                .get(0);
        BugFiles files = BugFiles.write(CHECKOUT, result, folder.resolve("new"));
        assertThat(files.story()).isEqualTo(folder.resolve("new/bug-1.raft"));
        assertThat(Files.readAllLines(files.story()))
                .contains("# Again: ./quorate sim --bugs=1 --out " + folder.resolve("new"));
        Trace trace = TraceReader.read(Files.readAllBytes(files.trace()));
        assertThat(trace.brokenRule()).isEqualTo("COMMIT_IS_DURABLE");
        RunResult sound = CoreSimulation.run(trace.script());
        assertThat(sound.violation()).isNull();
        assertThat(sound.hash()).isNotEqualTo(trace.hash());
    }

    @Test
    void whatTheBugReplacesMustBeThereOnceAndCompile() {
        assertThatThrownBy(() -> hunt(bug("        nowhere();\n", ""), 1))
                .isInstanceOf(BugDoesNotFitException.class)
                .hasMessageContaining("stands nowhere in " + LEADER);
        assertThatThrownBy(() -> hunt(bug("    }\n", ""), 1))
                .isInstanceOf(BugDoesNotFitException.class)
                .hasMessageContaining("stands more than once");
        assertThatThrownBy(() -> hunt(bug(OWN_DISK, "        return unknown;\n"), 1))
                .isInstanceOf(BugDoesNotFitException.class)
                .hasMessageContaining("does not compile");
    }
}
