package io.quorate.sim.core;

/**
 * Hears what happens in a run, in order: what writes traces, tells stories and compares with the specification. It must not
 * change anything. Times are virtual nanoseconds.
 */
public interface RunListener {
    RunListener NONE = happening -> {};

    void happened(Happening happening);

    /** Whether anybody listens: where not, nothing is made to be told. */
    default boolean isListening() {
        return this != NONE;
    }
}
