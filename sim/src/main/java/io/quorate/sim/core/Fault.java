package io.quorate.sim.core;

/**
 * One thing that goes wrong in a run. What {@code member}, {@code peer} and {@code strength} mean depends on the kind.
 *
 * @param number of the fault in its script; the key of what it draws, so it stays the same when other faults are removed
 * @param atNanos virtual time at which it begins
 * @param forNanos how long it lasts; 0 for what happens at once
 * @param member number of a member from 0, -1 for none
 * @param peer number of another member, -1 for none
 */
public record Fault(int number, FaultKind kind, long atNanos, long forNanos, int member, int peer, long strength) {
    public long endNanos() {
        return atNanos + forNanos;
    }

    /** For a partition: whether it cuts that directed link. */
    public boolean cuts(int from, int to) {
        return (strength >>> (7 * from + to) & 1) != 0;
    }
}
