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

    /** Scripts that are made shorter may hold such faults: what follows their end is a time without any. */
    @Test
    void noFaultOutlastsTheScript() {
        long second = 1_000_000_000;
        for (FaultKind kind : List.of(FaultKind.STALLED_DISK, FaultKind.PAUSE, FaultKind.CRASH, FaultKind.CLOG)) {
            List<Fault> faults = new ArrayList<>();
            for (int member = 0; member < 3; member++) {
                faults.add(new Fault(member, kind, 2 * second, 3600 * second, member, (member + 1) % 3, 0));
            }
            Limits limits = new Limits(10, 100, true, true, 1 << 20, 4096, 32_768, 4, 64, true, 65_536, 8192);
            Script script = new Script(1, Profile.CORE, 3, 1, 1, limits, 3 * second, faults, List.of());
            RunResult result = CoreSimulation.run(script);
            assertThat(result.violation()).as("%s", kind).isNull();
            assertThat(result.ledger().timesFired(kind)).as("%s", kind).isPositive();
        }
    }
}
