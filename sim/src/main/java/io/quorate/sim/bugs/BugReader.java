package io.quorate.sim.bugs;

import io.quorate.sim.bugs.PlantedBug.Change;
import io.quorate.sim.core.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the text in which bugs are written:
 *
 * <pre>
 *   bug 28: A commit index that falls
 *     What goes wrong, in any number of indented lines.
 *   source: who had it
 *   profile: core
 *   breaks: COMMIT_NEVER_FALLS, another rule that may be broken first
 *   file: raft/src/main/java/io/quorate/raft/Raft.java
 *   --- the lines behind this one, up to the next
 *   +++ become the lines behind this one
 * </pre>
 *
 * A bug may have several pairs of the last two, and change another file behind another {@code file:}. Empty lines before a
 * bug, and lines that begin with {@code #}, mean nothing.
 */
final class BugReader {
    private static final String FILE = "file: ";
    private static final String OLD = "---";
    private static final String NEW = "+++";

    private final String name;
    private final String[] lines;
    private int at;

    private BugReader(String name, String text) {
        this.name = name;
        this.lines = text.split("\n", -1);
    }

    static List<PlantedBug> read(String name, String text) {
        BugReader reader = new BugReader(name, text);
        List<PlantedBug> bugs = new ArrayList<>();
        reader.skipIdle();
        while (reader.at < reader.lines.length) {
            bugs.add(reader.bug());
        }
        return bugs;
    }

    private PlantedBug bug() {
        String head = field("bug ");
        int colon = head.indexOf(": ");
        int number = Integer.parseInt(head.substring(0, colon));
        String sentence = sentence();
        String source = field("source: ");
        Profile profile = profile(field("profile: "));
        Set<String> rules = new TreeSet<>(List.of(field("breaks: ").split(", ", -1)));
        return new PlantedBug(number, head.substring(colon + 2), sentence, source, profile, changes(), rules);
    }

    private String field(String label) {
        if (at >= lines.length || !lines[at].startsWith(label)) {
            throw new IllegalArgumentException(name + " line " + (at + 1) + " does not begin with \"" + label + '"');
        }
        return lines[at++].substring(label.length());
    }

    private String sentence() {
        List<String> words = new ArrayList<>();
        while (lines[at].startsWith("  ")) {
            words.add(lines[at++].strip());
        }
        return String.join(" ", words);
    }

    private Profile profile(String text) {
        for (Profile profile : Profile.values()) {
            if (profile.text().equals(text)) {
                return profile;
            }
        }
        throw new IllegalArgumentException(name + " line " + at + ": there is no profile " + text);
    }

    private List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        while (at < lines.length && lines[at].startsWith(FILE)) {
            String file = field(FILE);
            while (at < lines.length && lines[at].startsWith(OLD)) {
                at++;
                String old = block();
                field(NEW);
                changes.add(new Change(file, old, block()));
                skipIdle();
            }
        }
        return changes;
    }

    /** Whole lines, without the empty ones that part bugs from each other. */
    private String block() {
        List<String> block = new ArrayList<>();
        while (at < lines.length && !isEnd(lines[at])) {
            block.add(lines[at++]);
        }
        while (!block.isEmpty() && block.get(block.size() - 1).isBlank()) {
            block.remove(block.size() - 1);
        }
        return block.isEmpty() ? "" : String.join("\n", block) + "\n";
    }

    private static boolean isEnd(String line) {
        return line.startsWith(OLD)
                || line.startsWith(NEW)
                || line.startsWith(FILE)
                || line.startsWith("bug ")
                || line.startsWith("#");
    }

    private void skipIdle() {
        while (at < lines.length && (lines[at].isBlank() || lines[at].startsWith("#"))) {
            at++;
        }
    }
}
