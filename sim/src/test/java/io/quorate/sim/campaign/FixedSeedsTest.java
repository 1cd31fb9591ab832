package io.quorate.sim.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.RunResult;
import java.util.ArrayList;
import java.util.List;
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
        for (RunResult result : run(simulator, FixedSeeds.of(simulator.profile()))) {
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

    private static List<RunResult> run(Simulator simulator, List<Long> seeds) {
        return seeds.parallelStream().map(simulator::run).toList();
    }

    @ParameterizedTest
    @MethodSource("simulators")
    void freshSeedsKeepTheRules(Simulator simulator) throws InterruptedException {
        long from = FreshSeeds.first();
        int asManyAsFixed = FixedSeeds.of(simulator.profile()).size();
        Ledger ledger = new Ledger();
        int hours = simulator.profile().isWholeNode() ? 0 : COUNTED_HOURS;
        while (ledger.runs() < Math.max(SEEDS, asManyAsFixed) || ledger.countedNanos() < hours * HOUR) {
            Campaign campaign = new Campaign(
                    simulator, from + ledger.runs(), SEEDS, Runtime.getRuntime().availableProcessors());
            campaign.start();
            Outcome outcome = campaign.outcome();
            RunResult failure = outcome.failure();
            assertThat(failure == null ? "" : failure.script().replayLine() + "  # " + failure.violation())
                    .isEmpty();
            ledger.add(outcome.ledger());
        }
        System.out.println(simulator.profile().text() + ": fresh seeds from " + from + ", " + ledger.runs() + " runs, "
                + ledger.countedNanos() / HOUR + " hours counted");
        // The run is all its seeds: a hundred may plan a rare kind once or twice, at moments in which it has nothing to
        // do.
        run(simulator, FixedSeeds.of(simulator.profile())).forEach(result -> ledger.add(result.ledger()));
        assertThat(ledger.neverFired())
                .as("faults planned that never did anything")
                .isEmpty();
    }
}
