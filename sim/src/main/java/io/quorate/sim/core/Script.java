package io.quorate.sim.core;

import java.util.List;

/**
 * All that a run depends on. Equal scripts give equal runs, in any JVM and in a browser. A seed and a profile make one
 * ({@link Swarm}); a shorter one, with less in it, is what a failing run is reduced to.
 *
 * @param profile name of the {@link Profile}
 * @param members size of the cluster at first
 * @param spares processes besides, which start when they are to join: 1 to 7 with the members
 * @param endNanos when the last fault is over and clients have sent all; then everything heals and liveness is checked
 * @param faults by rising number
 * @param workload by rising number
 * @param interventions of an operator, by rising number
 */
public record Script(
        long seed,
        Profile profile,
        int members,
        int spares,
        int clients,
        int keys,
        Limits limits,
        long endNanos,
        List<Fault> faults,
        List<Operation> workload,
        List<Intervention> interventions) {
    public static final int MAX_MEMBERS = 7;

    public Script {
        if (members < 1 || spares < 0 || members + spares > MAX_MEMBERS) {
            throw new IllegalArgumentException(
                    "a cluster has 1 to " + MAX_MEMBERS + " members, not " + members + " and " + spares);
        }
        faults = List.copyOf(faults);
        workload = List.copyOf(workload);
        interventions = List.copyOf(interventions);
    }

    /** In which nobody changes who belongs to the cluster. */
    public Script(
            long seed,
            Profile profile,
            int members,
            int clients,
            int keys,
            Limits limits,
            long endNanos,
            List<Fault> faults,
            List<Operation> workload) {
        this(seed, profile, members, 0, clients, keys, limits, endNanos, faults, workload, List.of());
    }

    /** All that there may ever be: the members at first and the spares, in that order. */
    public int processes() {
        return members + spares;
    }

    public KeyedRandom random() {
        return new KeyedRandom(seed);
    }

    public Script withFaults(List<Fault> fewer) {
        return new Script(
                seed, profile, members, spares, clients, keys, limits, endNanos, fewer, workload, interventions);
    }

    public Script withWorkload(List<Operation> fewer) {
        return new Script(
                seed, profile, members, spares, clients, keys, limits, endNanos, faults, fewer, interventions);
    }

    public Script withEnd(long earlierNanos) {
        return new Script(
                seed, profile, members, spares, clients, keys, limits, earlierNanos, faults, workload, interventions);
    }

    public Script withMembers(int fewer) {
        return new Script(
                seed, profile, fewer, spares, clients, keys, limits, endNanos, faults, workload, interventions);
    }

    /** @param fewer at least as many as the workload's requests name */
    public Script withClients(int fewer) {
        return new Script(
                seed, profile, members, spares, fewer, keys, limits, endNanos, faults, workload, interventions);
    }

    public Script withInterventions(List<Intervention> fewer) {
        return new Script(seed, profile, members, spares, clients, keys, limits, endNanos, faults, workload, fewer);
    }

    public Script withSpares(int fewer) {
        return new Script(
                seed, profile, members, fewer, clients, keys, limits, endNanos, faults, workload, interventions);
    }

    /** Without chance: the line that runs it again, for a script that a seed made. */
    public String replayLine() {
        return "./quorate sim --seed " + seed + " --profile " + profile.text();
    }
}
