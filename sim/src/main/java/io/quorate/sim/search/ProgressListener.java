package io.quorate.sim.search;

/** Hears from time to time how far a search is. */
@FunctionalInterface
public interface ProgressListener {
    /** For who does not care. */
    ProgressListener NOBODY = (states, transitions, depth) -> {};

    /**
     * @param states distinct worlds so far
     * @param transitions steps taken so far
     * @param depth steps from the start to the world looked at
     */
    void progress(long states, long transitions, int depth);
}
