package io.quorate.sim.bugs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** All bugs, from the files beside this class. */
public final class BugCatalogue {
    private static final List<String> FILES = List.of(
            "elections.bugs",
            "replication.bugs",
            "reads.bugs",
            "disk.bugs",
            "members.bugs",
            "changes.bugs",
            "snapshots.bugs",
            "leases.bugs",
            "upgrade.bugs",
            "sessions.bugs",
            "damage.bugs",
            "statehash.bugs");

    private BugCatalogue() {}

    /** By rising number. */
    public static List<PlantedBug> load() {
        List<PlantedBug> bugs = new ArrayList<>();
        for (String file : FILES) {
            bugs.addAll(BugReader.read(file, resource(file)));
        }
        bugs.sort(Comparator.comparingInt(PlantedBug::number));
        for (int i = 1; i < bugs.size(); i++) {
            if (bugs.get(i).number() == bugs.get(i - 1).number()) {
                throw new IllegalStateException("bug " + bugs.get(i).number() + " is in the catalogue twice");
            }
        }
        return bugs;
    }

    /**
     * Changes to the sources that are written down as bugs are, whatever they are for.
     *
     * @param name of the text, for what is wrong with it
     */
    public static List<PlantedBug> read(String name, String text) {
        return BugReader.read(name, text);
    }

    static String resource(String name) {
        try (InputStream in = BugCatalogue.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not among the resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
