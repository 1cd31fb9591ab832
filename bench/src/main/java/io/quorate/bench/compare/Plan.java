package io.quorate.bench.compare;

import io.quorate.bench.BenchException;
import io.quorate.bench.load.Operation;
import io.quorate.bench.load.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a comparison measures.
 *
 * @param base whose clients, keys and times the workloads take
 * @param firstWarmupSeconds before the first workload on each new cluster: a JVM compiles for long while it serves already:
 *     0 to 3,600
 * @param runs of each contender, in turn: 1 to 100
 * @param kills of the leader in each run: 0 to 1,000
 * @param starts in empty directories in each run: 1 to 1,000
 * @param folder where new directories are made
 */
public record Plan(Workload base, int firstWarmupSeconds, int runs, int kills, int starts, Path folder) {

    /** @throws BenchException that names every value out of its range */
    public Plan {
        List<String> problems = new ArrayList<>();
        if (firstWarmupSeconds < 0 || firstWarmupSeconds > 3600) {
            problems.add("--first-warmup must be from 0 to 3600, not " + firstWarmupSeconds);
        }
        if (runs < 1 || runs > 100) {
            problems.add("--runs must be from 1 to 100, not " + runs);
        }
        if (kills < 0 || kills > 1000) {
            problems.add("--kills must be from 0 to 1000, not " + kills);
        }
        if (starts < 1 || starts > 1000) {
            problems.add("--starts must be from 1 to 1000, not " + starts);
        }
        if (!problems.isEmpty()) {
            throw new BenchException(String.join("; ", problems));
        }
    }

    /** Many clients for what a cluster can carry, one for how long an operation takes by itself. */
    List<Workload> workloads() {
        List<Workload> all = new ArrayList<>();
        for (int clients : new int[] {base.clients(), 1}) {
            Workload puts = base.with(Operation.PUT, false, clients);
            all.add(all.isEmpty() ? puts.withWarmup(firstWarmupSeconds) : puts);
            all.add(base.with(Operation.GET, false, clients));
            all.add(base.with(Operation.GET, true, clients));
        }
        return all;
    }
}
