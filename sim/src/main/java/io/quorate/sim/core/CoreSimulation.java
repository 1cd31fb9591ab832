package io.quorate.sim.core;

/** Runs scripts of the core profile. */
public final class CoreSimulation {
    private CoreSimulation() {}

    public static RunResult run(Script script) {
        return run(script, RunListener.NONE);
    }

    /** A pure function of the script: equal scripts give equal results. */
    public static RunResult run(Script script, RunListener listener) {
        return run(new CoreWorld(script, listener));
    }

    static RunResult run(CoreWorld world) {
        Violation violation = null;
        try {
            world.run();
        } catch (Violation broken) {
            violation = broken;
            world.listener.happened(new Happening.Violated(world.queue.now(), broken));
        }
        world.ledger.ran(world.hash.events(), world.queue.now(), world.countedNanos());
        return new RunResult(
                world.script, world.hash.events(), world.hash.value(), world.queue.now(), world.ledger, violation);
    }
}
