package io.quorate.sim.core;

/** Runs scripts of the core profile. */
public final class CoreSimulation {
    private CoreSimulation() {}

    public static RunResult run(Script script) {
        return run(script, RunListener.NONE);
    }

    /** A pure function of the script: equal scripts give equal results. */
    public static RunResult run(Script script, RunListener listener) {
        CoreWorld world = new CoreWorld(script, listener);
        Violation violation = null;
        try {
            world.run();
        } catch (Violation broken) {
            violation = broken;
            listener.happened(new Happening.Violated(world.queue.now(), broken));
        }
        world.ledger.ran(world.hash.events(), world.queue.now(), world.countedNanos());
        return new RunResult(
                script, world.hash.events(), world.hash.value(), world.queue.now(), world.ledger, violation);
    }
}
