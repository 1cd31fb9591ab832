package io.quorate.sim.bugs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.Invariant;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.Rule;
import io.quorate.sim.node.NodeRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each bug of the catalogue is caught by its recorded seed, which the code as it is passes. {@code -Dbugs.record=all}, or the
 * numbers of some bugs with commas between, looks for their seeds anew, in so many as {@code -Dbugs.seeds} says, and writes them with the
 * page in the documents.
 */
class PlantedBugsTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("basedir", "."))
            .resolve("..")
            .toAbsolutePath()
            .normalize();
    private static final Path SEEDS = CHECKOUT.resolve("sim/src/main/resources/io/quorate/sim/bugs/planted-bugs.seeds");
    private static final Path PAGE = CHECKOUT.resolve("docs/planted-bugs.md");
    private static final String TO_RECORD = System.getProperty("bugs.record", "");
    private static final long MOST_SEEDS = Long.getLong("bugs.seeds", BugHunt.MOST_SEEDS);

    private final List<PlantedBug> bugs = BugCatalogue.load();

    @Test
    void theCatalogueIsLargeAndNamesRulesThatThereAre() {
        assertThat(bugs).hasSizeGreaterThanOrEqualTo(40);
        Set<String> rules = new TreeSet<>();
        Stream.of(Rule.values(), Invariant.values(), NodeRule.values())
                .flatMap(Stream::of)
                .forEach(rule -> rules.add(rule.name()));
        for (PlantedBug bug : bugs) {
            assertThat(rules).as("the rules of bug %d", bug.number()).containsAll(bug.rules());
        }
    }

    @Test
    void recordingIsForPeople() {
        assertThat(!TO_RECORD.isEmpty() && System.getenv("CI") != null)
                .as("bugs.record while CI is set")
                .isFalse();
    }

    @Tag("slow")
    @Test
    void everyBugIsCaughtByItsSeedAndNoneWithoutIt() throws IOException {
        if (!TO_RECORD.isEmpty() && System.getenv("CI") == null) {
            record();
            return;
        }
        List<RecordedSeed> seeds = RecordedSeed.load();
        assertThat(seeds).extracting(RecordedSeed::bug).isEqualTo(numbers());
        assertThat(replay(seeds)).isEqualTo(expected(seeds));
    }

    private List<Integer> numbers() {
        return bugs.stream().map(PlantedBug::number).toList();
    }

    private static Map<Integer, String> expected(List<RecordedSeed> seeds) {
        Map<Integer, String> expected = new TreeMap<>();
        seeds.forEach(seed -> expected.put(seed.bug(), "with " + seed.rule() + ", without " + Verdict.PASSED));
        return expected;
    }

    /** What each seed does with its bug and without it, by number of the bug. */
    private Map<Integer, String> replay(List<RecordedSeed> seeds) {
        Map<Integer, RecordedSeed> byBug = new TreeMap<>();
        seeds.forEach(seed -> byBug.put(seed.bug(), seed));
        Map<Integer, String> found = new ConcurrentSkipListMap<>();
        try (MutantCompiler compiler = new MutantCompiler(CHECKOUT)) {
            bugs.parallelStream().forEach(bug -> {
                long seed = Objects.requireNonNull(byBug.get(bug.number())).seed();
                Verdict with = Mutant.of(bug, compiler).run(seed);
                Verdict without = MutantRun.run(bug.profile(), seed);
                found.put(bug.number(), "with " + with.rule() + ", without " + without.rule());
            });
        }
        return new TreeMap<>(found);
    }

    /** The bugs that let somebody depose a leader that is heard, among whole members: what is judged of their cores' inputs finds them. */
    @Tag("slow")
    @Test
    void whoDeposesALeaderIsFoundAmongWholeMembersToo() {
        List<PlantedBug> whole = bugs.stream()
                .filter(bug -> bug.number() == 17 || bug.number() == 18)
                .map(bug -> new PlantedBug(
                        bug.number(),
                        bug.title(),
                        bug.sentence(),
                        bug.source(),
                        Profile.NODE,
                        bug.changes(),
                        Set.of(NodeRule.LEADER_IS_KEPT.name())))
                .toList();
        assertThat(whole).hasSize(2);
        List<HuntResult> results = BugHunt.forFirstSeed(CHECKOUT, 300, 2).hunt(whole, result -> {});
        assertThat(results).allMatch(HuntResult::isFound);
    }

    @Test
    void thePageTellsTheCatalogueAndTheSeeds() throws IOException {
        if (TO_RECORD.isEmpty()) {
            assertThat(Files.readString(PAGE)).isEqualTo(BugTable.text(bugs, RecordedSeed.load()));
        }
    }

    private void record() throws IOException {
        List<PlantedBug> wanted = bugs.stream()
                .filter(bug -> TO_RECORD.equals("all")
                        || List.of(TO_RECORD.split(",", -1)).contains("" + bug.number()))
                .toList();
        Map<Integer, RecordedSeed> seeds = new TreeMap<>();
        RecordedSeed.load().stream()
                .filter(seed -> numbers().contains(seed.bug()))
                .forEach(seed -> seeds.put(seed.bug(), seed));
        List<HuntResult> results =
                BugHunt.forShortRun(CHECKOUT, MOST_SEEDS, 2).hunt(wanted, result -> System.out.println(result.line()));
        for (HuntResult result : results) {
            seeds.remove(result.bug().number());
            RecordedSeed caught = result.caught();
            if (caught != null) {
                seeds.put(caught.bug(), caught);
            }
        }
        List<RecordedSeed> recorded = new ArrayList<>(seeds.values());
        Files.writeString(SEEDS, RecordedSeed.text(recorded));
        Files.writeString(PAGE, BugTable.text(bugs, recorded));
    }
}
