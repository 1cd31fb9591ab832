package io.quorate.sim.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The seeds of every test run: the fixed ones, which must reach all that is rare, and fresh ones that nobody tried, which
 * follow from the commit so that its tests can be run again. With {@code -Dsim.record=true} the fixed ones are chosen anew: to
 * be done when a change of the core made them miss a mark, and only then.
 */
@Tag("slow")
final class FixedSeedsTest {
    /** Fresh seeds of each profile, at least. */
    private static final int SEEDS = 120;

    private static final Map<Profile, List<RunResult>> FIXED = new EnumMap<>(Profile.class);

    private static final long HOUR = 3_600_000_000_000L;

    /** What fresh seeds of the core profile go on for, together with the fixed ones. */
    private static final int COUNTED_HOURS = 20;

    @BeforeAll
    static void record() {
        if (Boolean.getBoolean("sim.record")) {
            assertThat(System.getenv("CI"))
                    .as("recording is for people, who look at the difference")
                    .isNull();
            FixedSeeds.record();
        }
    }

    static Stream<Simulator> simulators() {
        return Simulator.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("simulators")
    void fixedSeedsHitEveryMarkAndKeepTheRules(Simulator simulator) {
        Ledger ledger = new Ledger();
        List<String> broken = new ArrayList<>();
        for (RunResult result : fixed(simulator)) {
            ledger.add(result.ledger());
            if (!result.passed()) {
                broken.add(result.script().replayLine() + "  # " + result.violation());
            }
        }
        assertThat(broken).isEmpty();
        assertThat(ledger.runs()).isGreaterThanOrEqualTo(FixedSeeds.size(simulator.profile()));
        assertThat(ledger.neverHitOf(Mark.of(simulator.profile())))
                .as("marks missed")
                .isEmpty();
        assertThat(ledger.neverFired())
                .as("faults planned that never did anything")
                .isEmpty();
    }

    /** Both tests look at these runs. */
    private static List<RunResult> fixed(Simulator simulator) {
        return FIXED.computeIfAbsent(simulator.profile(), profile -> FixedSeeds.of(profile).parallelStream()
                .map(simulator::run)
                .toList());
    }

    @ParameterizedTest
    @MethodSource("simulators")
    void freshSeedsKeepTheRules(Simulator simulator) throws InterruptedException {
        long from = FreshSeeds.first();
        // With the fixed ones it is the run of all seeds: a hundred may plan a rare kind once or twice, at moments in
        // which it
        // has nothing to do.
        Ledger ledger = new Ledger();
        fixed(simulator).forEach(result -> ledger.add(result.ledger()));
        long runsOfFixed = ledger.runs();
        long runs = Math.max(SEEDS, runsOfFixed);
        int hours = simulator.profile().isWholeNode() ? 0 : COUNTED_HOURS;
        while (ledger.runs() - runsOfFixed < runs || ledger.countedNanos() < hours * HOUR) {
            long next = from + ledger.runs() - runsOfFixed;
            Campaign campaign =
                    new Campaign(simulator, next, SEEDS, Runtime.getRuntime().availableProcessors());
            campaign.start();
            Outcome outcome = campaign.outcome();
            RunResult failure = outcome.failure();
            assertThat(failure == null ? "" : failure.script().replayLine() + "  # " + failure.violation())
                    .isEmpty();
            ledger.add(outcome.ledger());
        }
        System.out.println(simulator.profile().text() + ": fresh seeds from " + from + ", with the fixed ones "
                + ledger.runs() + " runs, " + ledger.countedNanos() / HOUR + " hours counted");
        assertThat(ledger.neverFired())
                .as("faults planned that never did anything")
                .isEmpty();
    }
}
