package io.quorate.sim.node;

import io.quorate.sim.core.Happening;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Violation;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts of whole members. A run is a function of its script: equal scripts give equal hashes, in any JVM. Each ends
 * correct, or where damage has no bound, with members that are down for a reason which they named, or with a loss that nobody
 * could have seen and that the ledger counts.
 */
public final class NodeSimulation {
    private NodeSimulation() {}

    /**
     * Runs the key-value store.
     *
     * @throws IllegalArgumentException if the script is of the profile for cores
     */
    public static RunResult run(Script script, RunListener listener) {
        return run(script, listener, new KvApplication());
    }

    /**
     * Runs anything that can be replicated.
     *
     * @param application used for this run alone
     * @throws IllegalArgumentException if the script is of the profile for cores
     */
    public static RunResult run(Script script, RunListener listener, Application application) {
        if (!script.profile().isWholeNode()) {
            throw new IllegalArgumentException("profile " + script.profile().text() + " has no whole members");
        }
        NodeWorld world = new NodeWorld(script, listener, application);
        Violation violation = run(world);
        long nanos = world.queue.now();
        world.ledger.ran(world.hash.events(), nanos, world.clients.countedNanos());
        return new RunResult(script, world.hash.events(), world.hash.value(), nanos, world.ledger, violation);
    }

    private static @Nullable Violation run(NodeWorld world) {
        try {
            world.run();
            return null;
        } catch (Violation e) {
            if (world.judge.isExcused(e)) {
                return null;
            }
            if (world.listener.isListening()) {
                world.listener.happened(new Happening.Violated(world.queue.now(), e));
            }
            return e;
        }
    }
}
