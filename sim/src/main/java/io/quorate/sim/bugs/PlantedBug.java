package io.quorate.sim.bugs;

import io.quorate.sim.core.Profile;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A bug and how it is planted.
 *
 * @param number what the catalogue and the recorded seeds know it by
 * @param title in a few words
 * @param sentence what the code does wrong, and what comes of it
 * @param source who had it
 * @param profile what simulates it
 * @param changes in the order in which they are made
 * @param rules any of which may be the one that it breaks first
 */
public record PlantedBug(
        int number,
        String title,
        String sentence,
        String source,
        Profile profile,
        List<Change> changes,
        Set<String> rules) {
    /**
     * @param file from the root of the checkout
     * @param old text that stands in the file exactly once, whole lines
     */
    public record Change(String file, String old, String replacement) {}

    public PlantedBug {
        changes = List.copyOf(changes);
        rules = Set.copyOf(rules);
        if (changes.isEmpty() || rules.isEmpty()) {
            throw new IllegalArgumentException("bug " + number + " changes nothing, or breaks no rule");
        }
    }

    /** The files that it changes. Where one defence stands behind another, a bug takes both away. */
    public Set<String> files() {
        Set<String> files = new TreeSet<>();
        changes.forEach(change -> files.add(change.file()));
        return files;
    }

    /**
     * A file with the bug in it.
     *
     * @throws BugDoesNotFitException if the file is no longer the one that the bug was written for
     */
    public String plantInto(String file, String text) {
        String planted = text;
        for (Change change : changes) {
            planted = change.file().equals(file) ? plant(change, planted) : planted;
        }
        return planted;
    }

    private String plant(Change change, String text) {
        int at = text.indexOf(change.old());
        if (at < 0 || text.indexOf(change.old(), at + 1) >= 0) {
            throw new BugDoesNotFitException("bug " + number + " replaces text that stands "
                    + (at < 0 ? "nowhere" : "more than once") + " in " + change.file() + ":\n" + change.old());
        }
        return text.substring(0, at)
                + change.replacement()
                + text.substring(at + change.old().length());
    }
}
