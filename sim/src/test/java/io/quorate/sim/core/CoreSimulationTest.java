package io.quorate.sim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    /** Its links are down, and no fault says so: who watches for progress must take them for sound. */
    @Test
    void aClusterThatMakesNoProgressIsFoundWhileFaultsRun() {
        CoreWorld world = new CoreWorld(undisturbed(), RunListener.NONE);
        Fault cut = new Fault(1, FaultKind.PARTITION, 0, Long.MAX_VALUE, -1, -1, -1);
        for (int from = 0; from < 3; from++) {
            for (int to = 0; to < 3; to++) {
                world.faults.on(from, to).add(cut);
            }
        }
        assertBroken(Rule.QUORUM_MAKES_PROGRESS, world);

        CoreWorld told = new CoreWorld(undisturbed(), RunListener.NONE);
        told.progress.began(cut);
        told.members.forEach(member -> told.after(() -> told.end(member, "ends", true, true), 1));
        told.members.forEach(member -> told.after(() -> told.startIfDown(member), told.script.endNanos() - 1));
        told.run();
    }

    @Test
    void aRunWithoutEndIsEnded() {
        CoreWorld world = new CoreWorld(undisturbed(), RunListener.NONE);
        goRound(world);
        assertBroken(Rule.RUN_ENDS, world);
    }

    private static void goRound(CoreWorld world) {
        world.after(() -> goRound(world), 0);
    }

    private static Script undisturbed() {
        Script any = Swarm.core(1);
        Limits l = any.limits();
        Limits guarded = new Limits(
                l.heartbeatTicks(),
                l.electionTicks(),
                true,
                true,
                l.ringBytes(),
                l.frameBytes(),
                l.windowBytes(),
                l.windowFrames(),
                l.pendingReads(),
                l.appliesFromMemory(),
                l.segmentBytes(),
                l.turnBytes());
        long end = (QuorumProgress.TIMEOUTS + 5L) * l.electionTicks() * 1_000_000L;
        return new Script(1, Profile.CORE, 3, 1, 1, guarded, end, List.of(), List.of());
    }

    private static void assertBroken(Rule rule, CoreWorld world) {
        assertThatThrownBy(world::run).isInstanceOfSatisfying(Violation.class, violation -> assertThat(violation.rule())
                .isEqualTo(rule.name()));
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
