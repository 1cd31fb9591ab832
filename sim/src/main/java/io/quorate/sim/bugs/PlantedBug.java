package io.quorate.sim.bugs;

import io.quorate.sim.core.Profile;
import java.util.List;
import java.util.Set;

/**
 * A bug and how it is planted.
 *
 * @param number what the catalogue and the recorded seeds know it by
 * @param title in a few words
 * @param sentence what the code does wrong, and what comes of it
 * @param source who had it
 * @param profile what simulates it
 * @param file that it is planted in, from the root of the checkout
 * @param changes to that file
 * @param rules any of which may be the one that it breaks first
 */
public record PlantedBug(
        int number,
        String title,
        String sentence,
        String source,
        Profile profile,
        String file,
        List<Change> changes,
        Set<String> rules) {
    /** @param old text that stands in the file exactly once, whole lines */
    public record Change(String old, String replacement) {}

    public PlantedBug {
        changes = List.copyOf(changes);
        rules = Set.copyOf(rules);
        if (changes.isEmpty() || rules.isEmpty()) {
            throw new IllegalArgumentException("bug " + number + " changes nothing, or breaks no rule");
        }
    }

    /**
     * The file with the bug in it.
     *
     * @throws BugDoesNotFitException if the file is no longer the one that the bug was written for
     */
    public String plantInto(String text) {
        String planted = text;
        for (Change change : changes) {
            int at = planted.indexOf(change.old());
            if (at < 0 || planted.indexOf(change.old(), at + 1) >= 0) {
                throw new BugDoesNotFitException("bug " + number + " replaces text that stands "
                        + (at < 0 ? "nowhere" : "more than once") + " in " + file + ":\n" + change.old());
            }
            planted = planted.substring(0, at)
                    + change.replacement()
                    + planted.substring(at + change.old().length());
        }
        return planted;
    }
}
