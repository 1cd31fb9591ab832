package io.quorate.sim.core;

import java.util.List;

/**
 * All that a run depends on. Equal scripts give equal runs, in any JVM and in a browser. A seed and a profile make one
 * ({@link Swarm}); a shorter one, with less in it, is what a failing run is reduced to.
 *
 * @param profile name of the {@link Profile}
 * @param members size of the cluster, 1 to 7
 * @param endNanos when the last fault is over and clients have sent all; then everything heals and liveness is checked
 * @param faults by rising number
 * @param workload by rising number
 */
public record Script(
        long seed,
        Profile profile,
        int members,
        int clients,
        int keys,
        Limits limits,
        long endNanos,
        List<Fault> faults,
        List<Operation> workload) {
    public static final int MAX_MEMBERS = 7;

    public Script {
        if (members < 1 || members > MAX_MEMBERS) {
            throw new IllegalArgumentException("a cluster has 1 to " + MAX_MEMBERS + " members, not " + members);
        }
        faults = List.copyOf(faults);
        workload = List.copyOf(workload);
    }

    public KeyedRandom random() {
        return new KeyedRandom(seed);
    }

    public Script withFaults(List<Fault> fewer) {
        return new Script(seed, profile, members, clients, keys, limits, endNanos, fewer, workload);
    }

    public Script withWorkload(List<Operation> fewer) {
        return new Script(seed, profile, members, clients, keys, limits, endNanos, faults, fewer);
    }

    public Script withEnd(long earlierNanos) {
        return new Script(seed, profile, members, clients, keys, limits, earlierNanos, faults, workload);
    }

    public Script withMembers(int fewer) {
        return new Script(seed, profile, fewer, clients, keys, limits, endNanos, faults, workload);
    }

    /** @param fewer at least as many as the workload's requests name */
    public Script withClients(int fewer) {
        return new Script(seed, profile, members, fewer, keys, limits, endNanos, faults, workload);
    }

    /** Without chance: the line that runs it again, for a script that a seed made. */
    public String replayLine() {
        return "./quorate sim --seed " + seed + " --profile " + profile.text();
    }
}
