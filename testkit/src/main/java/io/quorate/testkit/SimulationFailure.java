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
    private SimulationFailure(long seed, Violation violation, String report) {
        super(report, violation.getCause());
        this.seed = seed;
        rule = violation.rule();
    }

    /**
     * @param story how it was found, and what happened
     * @param again the line that runs it again
     */
    static SimulationFailure of(long seed, Violation violation, String story, String again) {
        String report = "This does not hold: " + Check.sentence(violation.rule()) + ".\n" + violation.getMessage()
                + "\n\n" + story + "\n\nAgain: " + again;
        return new SimulationFailure(seed, violation, report);
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
