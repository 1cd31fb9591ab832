package io.quorate.bench.report;

import io.quorate.bench.host.Host;
import io.quorate.bench.host.Storage;
import io.quorate.bench.load.Workload;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One run of a workload, whole.
 *
 * @param label what the user calls it; may be empty
 * @param commit of the generator, and of our servers
 * @param startedAt when, as ISO 8601 in UTC
 * @param errors failed operations by gRPC status code
 * @param generatorCpuMicrosPerOperation what the load itself cost
 * @param serversCpuMicrosPerOperation the sum over the servers that were found on this computer; 0 if none was
 * @param storage the verdict over all servers
 * @param operationsPerEachSecond the raw figures behind the rate
 */
public record LoadReport(
        String label,
        String commit,
        String startedAt,
        Host host,
        List<String> endpoints,
        Workload workload,
        long operations,
        double operationsPerSecond,
        Latency latencyMicros,
        Map<String, Long> errors,
        double generatorCpuMicrosPerOperation,
        double serversCpuMicrosPerOperation,
        List<ServerFigures> servers,
        Storage storage,
        long[] operationsPerEachSecond) {

    /** The lines for people. */
    public String text() {
        StringBuilder out = new StringBuilder();
        line(out, "workload", workload.sentence());
        line(out, "measured", workload.seconds() + " s after " + workload.warmupSeconds() + " s of warm-up");
        line(out, "throughput", String.format(Locale.ROOT, "%,.0f operations/s", operationsPerSecond));
        line(
                out,
                "latency",
                String.format(
                        Locale.ROOT,
                        "p50 %s  p99 %s  p99.9 %s  max %s",
                        Units.time(latencyMicros.p50()),
                        Units.time(latencyMicros.p99()),
                        Units.time(latencyMicros.p999()),
                        Units.time(latencyMicros.max())));
        line(out, "errors", errors.isEmpty() ? "none" : errors.toString());
        line(out, "CPU", String.format(Locale.ROOT, "generator %.1f µs per operation", generatorCpuMicrosPerOperation));
        if (!servers.isEmpty()) {
            line(
                    out,
                    "",
                    String.format(
                            Locale.ROOT, "servers %.1f µs per operation, of which", serversCpuMicrosPerOperation));
        }
        for (ServerFigures server : servers) {
            line(
                    out,
                    "",
                    String.format(
                            Locale.ROOT,
                            "  %s  pid %d  %s  %.1f µs",
                            server.endpoint(),
                            server.pid(),
                            server.process(),
                            server.cpuMicrosPerOperation()));
        }
        line(out, "storage", storage.sentence());
        return out.toString();
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append(String.format(Locale.ROOT, "%-12s%s%n", name, value));
    }
}
