package io.quorate.sim.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.bugs.BuggyClasses;
import io.quorate.sim.campaign.FreshSeeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs of the simulator's cores are behaviours of the specification: those of fixed seeds, and of fresh ones. Those in which one
 * event was changed are none, nor are those of cores with a bug in them. One process of TLC follows them all.
 */
@Tag("slow")
final class CoreTracesTest {
    private static final int FIXED = 50;
    private static final int FRESH = 50;
    private static final int CHANGED = 50;

    /** Planted bugs that break the specification before the simulator's rules end the run. */
    private static final List<Integer> BUGS = List.of(24, 29, 53);

    /** So many seeds are tried until one makes a bug break a rule. */
    private static final long BUG_SEEDS = 100;

    private static final List<String> NOTHING_BROKEN = List.of("0", "");

    private final List<List<String>> runs = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<List<TraceEvent>> behaviours = new ArrayList<>();
    private long highestTerm;

    @Test
    void followsRunsOfTheCoreAndNoneThatWasChanged() throws Exception {
        addRuns(1, FIXED);
        addRuns(FreshSeeds.first(), FRESH);
        addChanged();
        for (int bug : BUGS) {
            addBuggy(bug);
        }
        Set<Integer> accepted =
                TraceRuns.accepted(Tlc.folder("CoreTraces"), List.of("1", "2", "3"), highestTerm + 1, runs);
        Set<String> wrong = new TreeSet<>();
        for (int run = 1; run <= runs.size(); run++) {
            boolean isBehaviour = run <= behaviours.size();
            if (accepted.contains(run) != isBehaviour) {
                wrong.add("run " + run + ", " + names.get(run - 1) + (isBehaviour ? ", is rejected" : ", is accepted"));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(behaviours).hasSize(FIXED + FRESH);
        assertThat(runs).hasSize(FIXED + FRESH + CHANGED + BUGS.size());
    }

    /**
     * Passed over are seeds that the specification does not cover, and those in whose runs nobody had to be elected anew: TLC's
     * time is better spent on others.
     */
    private void addRuns(long firstSeed, int count) {
        int added = 0;
        for (long seed = firstSeed; added < count; seed++) {
            if (!ShortScripts.covers(seed)) {
                continue;
            }
            RecordedRun.Recorded recorded = RecordedRun.of(seed);
            assertThat(recorded.brokenRule()).as("short run of seed %d", seed).isEmpty();
            if (recorded.highestTerm() > 1) {
                behaviours.add(recorded.events());
                add("seed " + seed, recorded.highestTerm(), TraceEvent.lines(recorded.events()));
                added++;
            }
        }
    }

    /** Each kind of change in turn, each in another run. */
    private void addChanged() {
        SplittableRandom random = new SplittableRandom(FreshSeeds.first());
        TraceChange[] kinds = TraceChange.values();
        IntStream.range(0, CHANGED).forEach(number -> {
            TraceChange kind = kinds[number % kinds.length];
            List<TraceEvent> changed = kind.changed(behaviours, number * behaviours.size() / CHANGED, random);
            add("changed by " + kind, 0, TraceEvent.lines(changed));
        });
    }

    @SuppressWarnings("unchecked") // The class is known; its loader keeps the compiler from seeing that.
    private void addBuggy(int bug) throws ReflectiveOperationException {
        Function<Long, List<String>> runner = (Function<Long, List<String>>) BuggyClasses.with(bug)
                .loadClass(RecordedRun.class.getName())
                .getConstructor()
                .newInstance();
        for (long seed = 1; seed <= BUG_SEEDS; seed++) {
            List<String> words = ShortScripts.covers(seed) ? runner.apply(seed) : NOTHING_BROKEN;
            if (!words.get(1).isEmpty()) {
                String name = "seed " + seed + " with bug " + bug + ", which breaks " + words.get(1);
                add(name, Long.parseLong(words.get(0)), words.subList(2, words.size()));
                return;
            }
        }
        throw new AssertionError("none of " + BUG_SEEDS + " seeds makes bug " + bug + " break a rule");
    }

    private void add(String name, long highest, List<String> events) {
        names.add(name);
        runs.add(events);
        highestTerm = Math.max(highestTerm, highest);
    }
}
