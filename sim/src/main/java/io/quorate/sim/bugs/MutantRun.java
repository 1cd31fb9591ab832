package io.quorate.sim.bugs;

import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Swarm;
import io.quorate.sim.node.NodeSimulation;
import io.quorate.sim.node.NodeSwarm;
import java.util.function.BiFunction;

/**
 * What is called across class loaders, so its words are the JDK's: a profile's name and a seed give a {@link Verdict}'s line.
 */
public final class MutantRun implements BiFunction<String, Long, String> {
    /** Called by reflection. */
    public MutantRun() {}

    @Override
    public String apply(String profile, Long seed) {
        return run(Profile.valueOf(profile), seed).line();
    }

    /** The run of a seed with the classes as this class sees them. */
    static Verdict run(Profile profile, long seed) {
        try {
            return Verdict.of(result(profile, seed));
        } catch (RuntimeException | StackOverflowError e) {
            return new Verdict(Verdict.SIMULATOR_FAILED, 0, String.valueOf(e));
        }
    }

    private static RunResult result(Profile profile, long seed) {
        return switch (profile) {
            case CORE -> CoreSimulation.run(Swarm.core(seed));
            case NODE, UNBOUNDED -> NodeSimulation.run(NodeSwarm.script(seed, profile), RunListener.NONE);
        };
    }
}
