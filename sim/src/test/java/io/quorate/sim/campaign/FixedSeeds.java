package io.quorate.sim.campaign;

import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Profile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The list of seeds that every test run tries: chosen so that each mark of a profile is hit, by several seeds where several
 * were found, since a change of the core shifts what a seed does. A line is a profile and a seed.
 */
final class FixedSeeds {
    private static final String HEAD = "# Profile and seed; written by FixedSeedsTest, see there.\n";

    /** So many seeds are to hit each mark, as far as the search finds them. */
    private static final int TIMES = 4;

    private FixedSeeds() {}

    /** Whole members are simulated more slowly than cores, and reach their marks sooner. */
    static int size(Profile profile) {
        return profile.isWholeNode() ? 60 : 250;
    }

    private static long searched(Profile profile) {
        return profile.isWholeNode() ? 300 : 4_000;
    }

    static List<Long> of(Profile profile) {
        try (Stream<String> lines = Files.lines(file())) {
            return lines.filter(line -> line.startsWith(profile.text() + " "))
                    .map(line -> Long.parseLong(line.substring(profile.text().length() + 1)))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Of the sources, so that what was recorded is what is read. */
    private static Path file() {
        return Path.of(System.getProperty("basedir", ""), "src/test/resources/io/quorate/sim/campaign/fixed-seeds.txt");
    }

    /** Chooses anew for all profiles, and writes the file of the sources. */
    static void record() {
        StringBuilder text = new StringBuilder(HEAD);
        for (Simulator simulator : Simulator.ALL) {
            for (long seed : choose(simulator)) {
                text.append(simulator.profile().text()).append(' ').append(seed).append('\n');
            }
        }
        try {
            Files.writeString(file(), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** By rising seed. */
    private static List<Long> choose(Simulator simulator) {
        TreeMap<Long, List<Enum<?>>> hits = new TreeMap<>();
        LongStream.rangeClosed(1, searched(simulator.profile())).parallel().forEach(seed -> {
            List<Enum<?>> hit = hits(simulator, seed);
            synchronized (hits) {
                hits.put(seed, hit);
            }
        });
        TreeSet<Long> chosen = new TreeSet<>(greedily(hits));
        for (long seed = 1; chosen.size() < size(simulator.profile()); seed++) {
            chosen.add(seed);
        }
        return List.copyOf(chosen);
    }

    /** Marks hit and kinds of fault that did something: both are demanded of the list. */
    private static List<Enum<?>> hits(Simulator simulator, long seed) {
        Ledger ledger = simulator.run(seed).ledger();
        List<Enum<?>> hit = new ArrayList<>(Mark.of(simulator.profile()));
        hit.removeAll(ledger.neverHit());
        for (FaultKind kind : FaultKind.values()) {
            if (ledger.timesFired(kind) > 0) {
                hit.add(kind);
            }
        }
        return hit;
    }

    /** Always the seed that brings most of what is still missing. */
    private static List<Long> greedily(Map<Long, List<Enum<?>>> hits) {
        TreeMap<String, Integer> missing = new TreeMap<>();
        hits.values().forEach(all -> all.forEach(hit -> missing.put(hit.name(), TIMES)));
        List<Long> chosen = new ArrayList<>();
        while (true) {
            Comparator<Long> byGain =
                    Comparator.comparingLong(seed -> gain(hits.getOrDefault(seed, List.of()), missing));
            long best = hits.keySet().stream()
                    .max(byGain.thenComparing(Comparator.reverseOrder()))
                    .orElseThrow();
            if (gain(hits.getOrDefault(best, List.of()), missing) == 0) {
                return chosen;
            }
            hits.getOrDefault(best, List.of()).forEach(hit -> missing.merge(hit.name(), -1, Integer::sum));
            hits.remove(best);
            chosen.add(best);
        }
    }

    private static long gain(List<Enum<?>> hit, Map<String, Integer> missing) {
        return hit.stream()
                .filter(one -> missing.getOrDefault(one.name(), 0) > 0)
                .count();
    }
}
