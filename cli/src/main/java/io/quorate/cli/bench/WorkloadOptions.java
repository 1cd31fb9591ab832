package io.quorate.cli.bench;

import io.quorate.bench.load.Operation;
import io.quorate.bench.load.Workload;
import picocli.CommandLine.Option;

/** The size of a load; each default fits a cluster on one small computer. */
final class WorkloadOptions {
    @Option(
            names = "--clients",
            defaultValue = "256",
            description = "That each wait for an answer before they ask" + " again. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--connections",
            paramLabel = "COUNT",
            description = "That the clients share, in turn to each" + " endpoint. Default: one for each endpoint.")
    private int connections;

    @Option(
            names = "--value-bytes",
            paramLabel = "BYTES",
            defaultValue = "256",
            description = "Size of each value." + " Default: ${DEFAULT-VALUE}.")
    private int valueBytes;

    @Option(
            names = "--keys",
            paramLabel = "COUNT",
            defaultValue = "10000",
            description = "Different keys, drawn evenly." + " Default: ${DEFAULT-VALUE}.")
    private int keys;

    @Option(
            names = "--read-percent",
            paramLabel = "PERCENT",
            defaultValue = "80",
            description = "Share of reads in a" + " mixed load. Default: ${DEFAULT-VALUE}.")
    private int readPercent;

    @Option(names = "--seconds", defaultValue = "10", description = "Measured time. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Time before that, not"
                    + " measured: a JVM that has just started is slow. Default: ${DEFAULT-VALUE}.")
    private int warmupSeconds;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Equal seeds draw equal keys. Default: ${DEFAULT-VALUE}.")
    private long seed;

    Workload workload(Operation operation, boolean serializable, int endpoints) {
        int shared = connections == 0 ? Math.min(endpoints, Math.max(1, clients)) : connections;
        return new Workload(
                operation, serializable, readPercent, clients, shared, keys, valueBytes, seed, warmupSeconds, seconds);
    }
}
