package io.quorate.sim.core;

/** What a power loss leaves of what was written and not flushed: the strength of {@link FaultKind#POWER_LOSS}. */
public enum Survival {
    NOTHING,
    /** What was written first. */
    PREFIX,
    EVERYTHING,
    /** Any part, as the fault's own numbers choose. */
    ANY;

    public static Survival of(Fault fault) {
        return values()[Math.floorMod(fault.strength(), values().length)];
    }
}
