package io.quorate.bench.load;

import io.quorate.bench.BenchException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the clients do.
 *
 * @param operation what they ask for
 * @param serializable whether reads may be answered by any member from its own state, else they are linearizable
 * @param readPercent of a mixed load: 0 to 100
 * @param clients that each wait for an answer before they ask again: 1 to 100,000
 * @param connections that they share: 1 to clients
 * @param keys how many different ones: 1 to 100,000,000
 * @param valueBytes 1 to 1,000,000
 * @param seed equal seeds give equal keys and values
 * @param warmupSeconds not measured, before the others: 0 to 3,600
 * @param seconds measured: 1 to 3,600
 */
public record Workload(
        Operation operation,
        boolean serializable,
        int readPercent,
        int clients,
        int connections,
        int keys,
        int valueBytes,
        long seed,
        int warmupSeconds,
        int seconds) {
    static final int MOST_SECONDS = 3_600;

    /** @throws BenchException that names every value out of its range, and the range */
    public Workload {
        List<String> problems = new ArrayList<>();
        check(problems, "--read-percent", readPercent, 0, 100);
        check(problems, "--clients", clients, 1, 100_000);
        check(problems, "--connections", connections, 1, Math.max(1, clients));
        check(problems, "--keys", keys, 1, 100_000_000);
        check(problems, "--value-bytes", valueBytes, 1, 1_000_000);
        check(problems, "--warmup", warmupSeconds, 0, MOST_SECONDS);
        check(problems, "--seconds", seconds, 1, MOST_SECONDS);
        if (!problems.isEmpty()) {
            throw new BenchException(String.join("; ", problems));
        }
    }

    private static void check(List<String> problems, String flag, int value, int least, int most) {
        if (value < least || value > most) {
            problems.add(flag + " must be from " + least + " to " + most + ", not " + value);
        }
    }

    /** Writes alone, over keys that are all there after {@link Load#fill}. Measures for as long as it is told. */
    public static Workload puts(int clients, int connections, int keys, int valueBytes, int warmupSeconds) {
        return new Workload(
                Operation.PUT,
                false,
                0,
                clients,
                Math.min(connections, clients),
                keys,
                valueBytes,
                1,
                warmupSeconds,
                1);
    }

    public Workload with(Operation other, boolean otherSerializable, int otherClients) {
        return new Workload(
                other,
                otherSerializable,
                readPercent,
                otherClients,
                Math.min(connections, otherClients),
                keys,
                valueBytes,
                seed,
                warmupSeconds,
                seconds);
    }

    public Workload withWarmup(int otherSeconds) {
        return new Workload(
                operation,
                serializable,
                readPercent,
                clients,
                connections,
                keys,
                valueBytes,
                seed,
                otherSeconds,
                seconds);
    }

    /** Whether some of its operations are reads, which want keys to find. */
    public boolean reads() {
        return operation == Operation.GET || (operation == Operation.MIXED && readPercent > 0);
    }

    /** For a line of output. */
    public String sentence() {
        String what =
                switch (operation) {
                    case PUT -> "puts";
                    case GET -> kindOfRead() + " gets";
                    case MIXED -> readPercent + " % " + kindOfRead() + " gets, else puts";
                };
        return what + ", " + clients + " clients on " + connections + " connections, " + keys + " keys, values of "
                + valueBytes + " bytes";
    }

    private String kindOfRead() {
        return serializable ? "serializable" : "linearizable";
    }
}
