package io.quorate.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The format of a story, and that a wrong one is refused with its file and line. */
final class ScenarioFileTest {
    @TempDir
    Path folder;

    @Test
    void recordedOutputIsWhatTheStoryTellsAgain() throws IOException {
        ScenarioFile fresh =
                story("# A group of one.\n", "", "# It writes.\n", "(cluster n1 leader=n1)\n", "propose n1 \"x\"\n");
        String recorded = fresh.run(true);

        assertThat(recorded).contains("propose n1 \"x\"\n----\nn1 t1 appends 2@1 \"x\"\n");
        assertThat(story(recorded).run(false)).isEqualTo(recorded);
    }

    @Test
    void anOutputThatChangedIsTold() throws IOException {
        ScenarioFile old =
                story("# Top.\n", "(cluster n1 leader=n1)\n", "status\n", "----\n", "n1 leads since for ever\n");

        assertThat(old.run(false)).doesNotContain("for ever").contains("n1 t1 leader");
    }

    @Test
    void anUnknownCommandIsRefusedWithFileAndLine() throws IOException {
        ScenarioFile wrong = story("# Top.\n", "(cluster n1)\n", "prpose n1 \"x\"\n", "----\n");

        assertThatThrownBy(() -> wrong.run(false))
                .hasMessageContaining("story.raft:3: ")
                .hasMessageContaining("prpose");
    }

    @Test
    void anUnknownOptionIsRefusedWithFileAndLine() throws IOException {
        ScenarioFile wrong = story("# Top.\n", "(cluster n1 laeder=n1)\n", "----\n");

        assertThatThrownBy(() -> wrong.run(false))
                .hasMessageContaining("story.raft:2: ")
                .hasMessageContaining("laeder");
    }

    @Test
    void aStoryWithoutNarrationAtItsTopIsRefused() throws IOException {
        ScenarioFile wrong = story("(cluster n1)\n", "----\n");

        assertThatThrownBy(() -> wrong.run(false))
                .hasMessageContaining("story.raft:1: ")
                .hasMessageContaining("narration");
    }

    @Test
    void aStepWithoutNarrationIsRefused() throws IOException {
        ScenarioFile wrong = story("# Top.\n", "(cluster n1)\n", "----\n", "\n", "status\n", "----\n");

        assertThatThrownBy(() -> wrong.run(false))
                .hasMessageContaining("story.raft:5: ")
                .hasMessageContaining("narration");
    }

    @Test
    void aStepWithoutOutputIsRefusedUnlessRecording() throws IOException {
        String[] lines = {"# Top.\n", "(cluster n1)\n"};

        assertThatThrownBy(() -> story(lines).run(false)).hasMessageContaining("story.raft:2: ");
        assertThat(story(lines).run(true)).isEqualTo("# Top.\n(cluster n1)\n----\n");
    }

    @Test
    void aMessageThatIsNotUnderWayIsRefused() throws IOException {
        ScenarioFile wrong = story("# Top.\n", "(cluster n1 n2)\n", "deliver n1 → n2\n", "----\n");

        assertThatThrownBy(() -> wrong.run(false))
                .hasMessageContaining("story.raft:3: ")
                .hasMessageContaining("no such message");
    }

    private ScenarioFile story(String... text) throws IOException {
        Path file = folder.resolve("story.raft");
        Files.writeString(file, String.join("", text));
        return new ScenarioFile(file);
    }
}
