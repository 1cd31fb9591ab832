package io.quorate.testkit;

import io.quorate.node.port.StateMachine;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Violation;
import io.quorate.sim.node.NodeSimulation;
import io.quorate.sim.node.NodeSwarm;
import io.quorate.sim.shrink.Shrinker;
import io.quorate.sim.shrink.Shrunk;
import java.util.List;

/** One seed of a simulation. */
final class SimulatedRun<M extends StateMachine<R>, C, R> {
    /** Enough for most, and some seconds long. */
    private static final int MOST_RUNS = 400;

    private final Simulation<M, C, R> simulation;
    private final long seed;

    SimulatedRun(Simulation<M, C, R> simulation, long seed) {
        this.simulation = simulation;
        this.seed = seed;
    }

    /** @throws SimulationFailure if something does not hold */
    RunResult orFail(Seeds seeds) {
        UserApplication<M, C, R> application = application();
        RunResult result = NodeSimulation.run(script(), RunListener.NONE, application);
        if (!result.passed()) {
            Shrunk shrunk = Shrinker.shrink(this::run, result, MOST_RUNS);
            throw SimulationFailure.of(
                    seed, violation(shrunk.smallest()), story(result.script(), shrunk), seeds.again(seed));
        }
        seeds.results().heard(seed, application.results());
        return result;
    }

    private RunResult run(Script script, RunListener listener) {
        return NodeSimulation.run(script, listener, application());
    }

    private UserApplication<M, C, R> application() {
        return new UserApplication<>(simulation, new Requests<>(simulation, seed));
    }

    /** As drawn for the store, but for what this simulation does not have. */
    private Script script() {
        Script drawn = NodeSwarm.script(seed, Profile.NODE);
        List<Fault> faults = drawn.faults().stream()
                .filter(fault -> simulation.has(fault.kind()))
                .toList();
        List<Operation> workload =
                drawn.workload().stream().filter(this::isPossible).toList();
        return drawn.withFaults(faults).withWorkload(workload);
    }

    /** What a member that knows nothing new answers at once is not in any order. */
    private boolean isPossible(Operation operation) {
        return operation.isWrite() || (operation.kind() == Operation.Kind.READ && simulation.reads() != null);
    }

    private static Violation violation(RunResult failed) {
        Violation violation = failed.violation();
        if (violation == null) {
            throw new IllegalStateException("the run passed");
        }
        return violation;
    }

    private String story(Script first, Shrunk shrunk) {
        Script small = shrunk.smallest().script();
        return "Found by seed " + seed + ": " + size(first) + ". Made small in " + shrunk.runs() + " runs: "
                + size(small) + ".\n" + story(small);
    }

    /** What happens in a run. It runs once more for it, in which a machine that rests on chance may do better. */
    private String story(Script script) {
        Story story = new Story(new Requests<>(simulation, seed));
        boolean passed = run(script, story).passed();
        return story.text()
                + (passed ? "\nThis once all went well: the machine does not do the same in equal runs." : "");
    }

    private static String size(Script script) {
        return count(script.members(), "member") + ", " + count(script.clients(), "client") + ", "
                + count(script.workload().size(), "request") + ", "
                + count(script.faults().size(), "fault");
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
