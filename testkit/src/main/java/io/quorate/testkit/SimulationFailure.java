package io.quorate.testkit;

import io.quorate.sim.core.Violation;

/**
 * Something that must hold did not. The message says what, and tells the smallest run that was found in which it still does
 * not hold: which faults, who asked whom for what, who applied it when. Its last line runs the seed again.
 */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    private final long seed;
    private final String rule;

    /** Its cause is what the user's machine threw, if that is what is wrong. */
    SimulationFailure(long seed, Violation violation, String report) {
        super(report, violation.getCause());
        this.seed = seed;
        rule = violation.rule();
    }

    /** The seed of the run. */
    public long seed() {
        return seed;
    }

    /** Name of what does not hold: a {@link io.quorate.sim.node.NodeRule}, or a check of this package. */
    public String rule() {
        return rule;
    }
}
