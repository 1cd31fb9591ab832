package io.quorate.sim.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cores under every fault of their profile: each seed keeps all rules, and gives the same run twice. */
class CoreSimulationTest {
    private static final int SEEDS = 60;

    @Test
    void everySeedKeepsTheRulesAndEveryPlannedFaultFires() {
        Ledger ledger = new Ledger();
        List<String> broken = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            RunResult result = CoreSimulation.run(Swarm.core(seed));
            ledger.add(result.ledger());
            if (!result.passed()) {
                broken.add(result.line() + " " + result.violation());
            }
        }
        assertThat(broken).isEmpty();
        assertThat(ledger.neverFired()).isEmpty();
        for (FaultKind kind : Swarm.CORE_KINDS) {
            assertThat(ledger.timesPlanned(kind)).as("%s is planned", kind).isPositive();
        }
    }

    @Test
    void aSeedGivesTheSameRunTwice() {
        for (long seed = 1; seed <= 20; seed++) {
            RunResult one = CoreSimulation.run(Swarm.core(seed));
            RunResult two = CoreSimulation.run(Swarm.core(seed));
            assertThat(two.line()).isEqualTo(one.line());
        }
        assertThat(CoreSimulation.run(Swarm.core(1)).hash())
                .isNotEqualTo(CoreSimulation.run(Swarm.core(2)).hash());
    }
}
