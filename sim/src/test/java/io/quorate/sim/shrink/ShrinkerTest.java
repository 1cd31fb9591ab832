package io.quorate.sim.shrink;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Simulation;
import io.quorate.sim.core.Swarm;
import io.quorate.sim.core.Violation;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Failures whose least cause is known, planted in a simulation of the test. */
class ShrinkerTest {
    private static final long MILLI = 1_000_000;
    private static final int ENOUGH = 5_000;

    /** Breaks the rule PLANTED when the script holds what is asked, and otherwise, sometimes, another rule. */
    private static Simulation failingWhen(Predicate<Script> planted, Predicate<Script> other) {
        return (script, listener) -> {
            Violation violation = planted.test(script)
                    ? new Violation("PLANTED", "as it was meant")
                    : other.test(script) ? new Violation("OTHER", "another rule") : null;
            return new RunResult(script, 1, 1, 1, new Ledger(), violation);
        };
    }

    private static List<Integer> faults(Script script) {
        return script.faults().stream().map(Fault::number).toList();
    }

    private static List<Integer> operations(Script script) {
        return script.workload().stream().map(Operation::number).toList();
    }

    private static Script large() {
        return LongStream.range(1, 1000)
                .mapToObj(Swarm::core)
                .filter(one -> one.faults().size() > 30 && one.workload().size() > 40 && one.members() > 3)
                .findFirst()
                .orElseThrow();
    }

    private static Shrunk shrink(Simulation simulation, int mostRuns) {
        RunResult failing = simulation.run(large(), RunListener.NONE);
        return Shrinker.shrink(simulation, failing, mostRuns);
    }

    private static boolean needs(Script script) {
        return faults(script).containsAll(List.of(3, 17, 29))
                && operations(script).containsAll(List.of(5, 31))
                && script.members() >= 3
                && script.endNanos() >= 12 * MILLI;
    }

    @Test
    void onlyWhatIsNeededStays() {
        Shrunk shrunk = shrink(failingWhen(ShrinkerTest::needs, script -> false), ENOUGH);
        Script smallest = shrunk.smallest().script();
        assertThat(shrunk.isWhole()).isTrue();
        assertThat(faults(smallest)).containsExactly(3, 17, 29);
        assertThat(operations(smallest)).containsExactly(5, 31);
        assertThat(smallest.members()).isEqualTo(3);
        assertThat(smallest.clients()).isEqualTo(1);
        assertThat(smallest.workload()).allMatch(one -> one.client() == 0);
        assertThat(smallest.endNanos()).isEqualTo(12 * MILLI);
        assertThat(smallest.faults()).allMatch(fault -> fault.forNanos() == 0 && fault.atNanos() == 0);
        assertThat(smallest.workload()).allMatch(one -> one.atNanos() == 0);
    }

    @Test
    void anotherRuleDoesNotCount() {
        // Whatever lost the cause breaks another rule, as happens: to follow that would end at an empty script.
        Shrunk shrunk = shrink(failingWhen(ShrinkerTest::needs, script -> true), ENOUGH);
        assertThat(faults(shrunk.smallest().script())).containsExactly(3, 17, 29);
    }

    @Test
    void theSameScriptEndsInTheSameSmallerOne() {
        Simulation simulation = failingWhen(ShrinkerTest::needs, script -> false);
        Shrunk one = shrink(simulation, ENOUGH);
        Shrunk two = shrink(simulation, ENOUGH);
        assertThat(two.smallest().script()).isEqualTo(one.smallest().script());
        assertThat(two.runs()).isEqualTo(one.runs());
    }

    @Test
    void theBoundOnRunsEndsItWithTheSmallestSoFar() {
        Shrunk shrunk = shrink(failingWhen(ShrinkerTest::needs, script -> false), 20);
        assertThat(shrunk.runs()).isEqualTo(20);
        assertThat(shrunk.isWhole()).isFalse();
        assertThat(needs(shrunk.smallest().script())).isTrue();
        assertThat(shrunk.smallest().script().endNanos()).isEqualTo(12 * MILLI);
    }

    @Test
    void aRunOfCoresEndsAtTheOneFaultThatMatters() {
        // Real runs, in which a listener calls every loss of power a broken rule.
        Simulation simulation = (script, listener) -> CoreSimulation.run(script, ShrinkerTest::refusePowerLoss);
        RunResult failing = LongStream.range(1, 1000)
                .mapToObj(seed -> simulation.run(Swarm.core(seed), RunListener.NONE))
                .filter(result -> !result.passed() && result.script().members() > 1)
                .findFirst()
                .orElseThrow();
        Shrunk shrunk = Shrinker.shrink(simulation, failing, ENOUGH);
        Script smallest = shrunk.smallest().script();
        assertThat(smallest.faults()).extracting(Fault::kind).containsExactly(FaultKind.POWER_LOSS);
        assertThat(smallest.workload()).isEmpty();
        assertThat(simulation.run(smallest, RunListener.NONE).line())
                .isEqualTo(shrunk.smallest().line());
    }

    private static void refusePowerLoss(Happening happening) {
        if (happening instanceof Happening.Ended ended && ended.why().equals(FaultKind.POWER_LOSS.name())) {
            throw new Violation("PLANTED", "a member lost power");
        }
    }
}
