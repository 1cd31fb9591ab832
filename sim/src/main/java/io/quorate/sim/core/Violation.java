package io.quorate.sim.core;

/**
 * Something that must always hold did not: the end of a run. Thrown by checks, and caught where the run is.
 *
 * <p>Not an error of the simulator itself: those are thrown as they come, and fail the run with their own name.
 */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** In place of a term or index. */
    public static final long NOWHERE = -1;

    private final String rule;
    private final long place;

    /**
     * @param rule name of what does not hold: stays the same while a run is made smaller
     * @param detail who, what and where
     */
    public Violation(String rule, String detail) {
        this(rule, NOWHERE, detail);
    }

    /** @param place the term or the index that the rule is broken at */
    public Violation(String rule, long place, String detail) {
        super(rule + ": " + detail);
        this.rule = rule;
        this.place = place;
    }

    public String rule() {
        return rule;
    }

    /** {@link #NOWHERE} where the rule is about none. */
    public long place() {
        return place;
    }
}
