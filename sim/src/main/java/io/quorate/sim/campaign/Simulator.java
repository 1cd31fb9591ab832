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
import io.quorate.sim.node.NodeSimulation;
import io.quorate.sim.node.NodeSwarm;
import java.util.List;
import java.util.function.LongFunction;

/**
 * A profile with what makes its scripts and what runs them.
 *
 * @param swarm the script that a seed stands for
 */
public record Simulator(Profile profile, LongFunction<Script> swarm, Simulation simulation) {
    /** One for each profile. */
    public static final List<Simulator> ALL = List.of(
            new Simulator(Profile.CORE, Swarm::core, CoreSimulation::run),
            new Simulator(Profile.NODE, seed -> NodeSwarm.script(seed, Profile.NODE), NodeSimulation::run),
            new Simulator(Profile.UNBOUNDED, seed -> NodeSwarm.script(seed, Profile.UNBOUNDED), NodeSimulation::run));

    public static Simulator of(Profile profile) {
        return ALL.stream()
                .filter(simulator -> simulator.profile == profile)
                .findFirst()
                .orElseThrow();
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
