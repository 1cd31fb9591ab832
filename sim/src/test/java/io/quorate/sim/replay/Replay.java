package io.quorate.sim.replay;

import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Swarm;

/**
 * Runs seeds of the core profile and prints the line of each: what is started in another JVM, or compiled to JavaScript, to
 * compare it with this one.
 */
final class Replay {
    private Replay() {}

    /** @param seeds each as a number */
    public static void main(String[] seeds) {
        for (String seed : seeds) {
            System.out.println(
                    CoreSimulation.run(Swarm.core(Long.parseLong(seed))).line());
        }
    }
}
