package io.quorate.sim.core;

/** Runs scripts: a pure function, so that equal scripts give equal results. Safe to be called by several threads at once. */
@FunctionalInterface
public interface Simulation {
    /** A rule that does not hold is in the result; an error of the simulator itself is thrown. */
    RunResult run(Script script, RunListener listener);
}
