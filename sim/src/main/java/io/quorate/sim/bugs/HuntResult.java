package io.quorate.sim.bugs;

import org.jspecify.annotations.Nullable;

/**
 * What became of the hunt for a bug.
 *
 * @param seeds tried up to the first that caught it, or all that were tried
 * @param caught null when none did
 */
public record HuntResult(
        PlantedBug bug, long seeds, @Nullable RecordedSeed caught) {
    public boolean isFound() {
        return caught != null;
    }

    public String line() {
        String found = caught == null ? "not found  " : "found      ";
        String how = caught == null ? "in " + seeds + " seeds" : "by seed " + seeds + ", " + caught.rule();
        return found + "bug " + bug.number() + ' ' + how + ": " + bug.title();
    }
}
