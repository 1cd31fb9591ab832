package io.quorate.raft.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One story: narration, commands, output. Running it gives the same text with the output that it has now; a story holds
 * when the two texts are equal, and recording is writing the new one.
 */
final class ScenarioFile {
    private static final String RULE = "----";

    private final Path path;
    private final List<String> lines;
    private final List<String> now = new ArrayList<>();
    private final Story story = new Story();

    ScenarioFile(Path path) throws IOException {
        this.path = path;
        this.lines = Files.readAllLines(path);
    }

    String text() {
        return String.join("\n", lines) + "\n";
    }

    /** @param recording whether a step may lack its rule and its output */
    String run(boolean recording) {
        requireNarration(0);
        boolean narrated = false;
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at);
            if (line.startsWith("#")) {
                narrated = true;
                now.add(line);
                at++;
            } else if (line.isBlank()) {
                now.add("");
                at++;
            } else {
                if (!narrated) {
                    throw wrong(at, "a step needs narration before it", null);
                }
                narrated = false;
                at = step(at, recording);
            }
        }
        return String.join("\n", now) + "\n";
    }

    private void requireNarration(int at) {
        if (lines.isEmpty() || !lines.get(at).startsWith("#")) {
            throw wrong(at, "a story begins with narration: what it proves, and where the paper says so", null);
        }
    }

    /** Runs the step that begins at a line, and gives back the line after it. */
    private int step(int start, boolean recording) {
        List<String> output = new ArrayList<>();
        int at = start;
        while (at < lines.size() && !lines.get(at).isBlank() && !lines.get(at).equals(RULE)) {
            now.add(lines.get(at));
            output.addAll(command(at));
            at++;
        }
        boolean hasRule = at < lines.size() && lines.get(at).equals(RULE);
        if (!hasRule && !recording) {
            throw wrong(start, "a step has a line " + RULE + " and its output below", null);
        }
        now.add(RULE);
        now.addAll(output);
        while (at < lines.size() && !lines.get(at).isBlank()) {
            at++;
        }
        return at;
    }

    private List<String> command(int at) {
        try {
            return story.run(lines.get(at));
        } catch (RuntimeException | AssertionError broken) {
            throw wrong(at, broken.toString(), broken);
        }
    }

    private AssertionError wrong(int at, String what, @Nullable Throwable cause) {
        return new AssertionError(path + ":" + (at + 1) + ": " + what, cause);
    }
}
