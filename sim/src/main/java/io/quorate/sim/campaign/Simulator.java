package io.quorate.sim.campaign;

import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Simulation;
import io.quorate.sim.core.Swarm;
import io.quorate.sim.core.Violation;
import java.util.List;
import java.util.function.LongFunction;

/**
 * A profile with what makes its scripts and what runs them.
 *
 * @param swarm the script that a seed stands for
 */
public record Simulator(Profile profile, LongFunction<Script> swarm, Simulation simulation) {
    /** Of every profile that can be run. */
    public static final List<Simulator> ALL = List.of(new Simulator(Profile.CORE, Swarm::core, CoreSimulation::run));

    /** @throws IllegalArgumentException if the profile cannot be run */
    public static Simulator of(Profile profile) {
        for (Simulator simulator : ALL) {
            if (simulator.profile == profile) {
                return simulator;
            }
        }
        throw new IllegalArgumentException("profile " + profile.text() + " cannot be run yet; there is: " + names());
    }

    private static String names() {
        return String.join(", ", ALL.stream().map(one -> one.profile.text()).toList());
    }

    public RunResult run(long seed) {
        return run(swarm.apply(seed), RunListener.NONE);
    }

    /** As the simulation, but an error of the simulator, or of what it simulates, is a broken rule of its own name. */
    public RunResult run(Script script, RunListener listener) {
        try {
            return simulation.run(script, listener);
        } catch (RuntimeException | AssertionError thrown) {
            Violation violation = new Violation(thrown.getClass().getSimpleName(), String.valueOf(thrown.getMessage()));
            violation.initCause(thrown);
            return new RunResult(script, 0, 0, 0, new Ledger(), violation);
        }
    }
}
