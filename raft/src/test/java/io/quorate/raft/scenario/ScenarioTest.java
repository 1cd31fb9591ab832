package io.quorate.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each scenario file is a test. {@code -Dscenario.record=true} writes what the stories tell now into the files, to be
 * reviewed line by line as a diff; where CI is set that is refused.
 */
final class ScenarioTest {
    private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
    private static final Path FOLDER = MODULE.resolve(Path.of("src", "test", "resources", "scenarios"));
    private static final boolean RECORDING = Boolean.getBoolean("scenario.record");

    @TestFactory
    Stream<DynamicTest> storiesHold() throws IOException {
        return files().stream().map(file -> {
            String name = FOLDER.relativize(file).toString();
            return DynamicTest.dynamicTest(name, file.toUri(), () -> holds(file));
        });
    }

    @Test
    void recordingIsForPeople() {
        assertThat(RECORDING && System.getenv("CI") != null)
                .as("scenario.record while CI is set")
                .isFalse();
    }

    @Test
    void thereAreAtLeastSixtyStories() throws IOException {
        assertThat(files()).hasSizeGreaterThanOrEqualTo(60);
    }

    /** The table in the documents has a row for each story: what it proves, and the rule without which it fails. */
    @Test
    void everyStoryIsInTheDocuments() throws IOException {
        String table = Files.readString(MODULE.resolve("../docs/scenarios.md"));
        for (Path file : files()) {
            String name = file.getFileName().toString().replace(".raft", "");
            assertThat(table).as("docs/scenarios.md").contains("| `" + name + "` |");
        }
    }

    private static void holds(Path file) throws IOException {
        ScenarioFile story = new ScenarioFile(file);
        boolean mayRecord = RECORDING && System.getenv("CI") == null;
        String now = story.run(mayRecord);
        if (mayRecord && !now.equals(story.text())) {
            Files.writeString(file, now);
            return;
        }
        assertThat(now).as(file.toString()).isEqualTo(story.text());
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".raft"))
                    .sorted()
                    .toList();
        }
    }
}
