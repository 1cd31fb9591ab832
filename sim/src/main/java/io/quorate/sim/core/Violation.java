package io.quorate.sim.core;

/**
 * Something that must always hold did not: the end of a run. Thrown by checks, and caught where the run is.
 *
 * <p>Not an error of the simulator itself: those are thrown as they come, and fail the run with their own name.
 */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String rule;

    /**
     * @param rule name of what does not hold: stays the same while a run is made smaller
     * @param detail who, what and where
     */
    public Violation(String rule, String detail) {
        super(rule + ": " + detail);
        this.rule = rule;
    }

    public String rule() {
        return rule;
    }
}
