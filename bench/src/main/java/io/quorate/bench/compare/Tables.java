package io.quorate.bench.compare;

import io.quorate.bench.host.Host;
import io.quorate.bench.load.Operation;
import io.quorate.bench.load.Workload;
import io.quorate.bench.report.Latency;
import io.quorate.bench.report.LoadReport;
import io.quorate.bench.report.Samples;
import io.quorate.bench.report.Units;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tables of a comparison, in Markdown. Of several runs the median stands there, with the least and the most behind it. */
public final class Tables {
    private final List<RunReport> runs;
    private final List<String> contenders;

    /** @param runs of one plan: at least one, each with the same workloads in the same order */
    public Tables(List<RunReport> runs) {
        this.runs = List.copyOf(runs);
        contenders = runs.stream().map(RunReport::contender).distinct().toList();
    }

    public String markdown() {
        return circumstances() + "\n" + latencies() + "\n" + throughput();
    }

    private String circumstances() {
        RunReport first = runs.get(0);
        LoadReport load = first.loads().get(0);
        Host host = load.host();
        Workload workload = load.workload();
        List<String> versions = contenders.stream()
                .map(name -> runsOf(name).get(0))
                .map(run -> run.contender() + " " + run.version())
                .toList();
        return String.format(
                Locale.ROOT,
                "Measured %s at commit %s: %s, three local members each, one load generator on the same computer:"
                        + " %d processors (%s), %,d MiB, %s, %s. Data on %s, the same for all. %d runs of each in turn;"
                        + " each workload %d s after %d s of warm-up (the first %d s), %,d keys, values of %d bytes. Load average when the"
                        + " workloads began: %s.%n",
                load.startedAt(),
                first.commit(),
                String.join(", ", versions),
                host.processors(),
                host.processor(),
                host.memoryMiB(),
                host.system(),
                host.jdk(),
                first.fileSystem(),
                runsOf(contenders.get(0)).size(),
                workload.seconds(),
                first.loads().get(1).workload().warmupSeconds(),
                workload.warmupSeconds(),
                workload.keys(),
                workload.valueBytes(),
                spread(
                        allLoads().stream()
                                .mapToDouble(each -> each.host().load())
                                .toArray(),
                        "%.1f"));
    }

    private List<LoadReport> allLoads() {
        return runs.stream().flatMap(run -> run.loads().stream()).toList();
    }

    private String latencies() {
        StringBuilder table = new StringBuilder("| what |");
        contenders.forEach(name -> table.append(" ").append(name).append(" p50 | p99 |"));
        table.append(" why |\n| --- |");
        contenders.forEach(name -> table.append(" ---: | ---: |"));
        table.append(" --- |\n");
        latencyRow(
                table,
                "leader election, first start" + trials(RunReport::firstWriteMicros),
                run -> Latency.ofTrials(run.firstWriteMicros()),
                "From the start of three processes in empty directories to the first acknowledged write: the programs' own"
                        + " start is in it.");
        latencyRow(
                table,
                "leader election, after kill -9 of the leader" + trials(RunReport::afterKillMicros),
                run -> Latency.ofTrials(run.afterKillMicros()),
                "From the kill to the next acknowledged write, tried every 2 ms at both survivors. A closed connection is a"
                        + " hint to ask for votes at once; without it the election timeout of 1 to 2 s passes.");
        latencyRow(
                table,
                "replication, from append to durable on a majority",
                RunReport::replication,
                "Three members of the library in one process and one command after the other at the leader: appended, sent,"
                        + " flushed by a majority, committed and handed to a state machine that does nothing. etcd shows this"
                        + " moment to no client.");
        singleClientRow(
                table,
                "write, one client",
                Operation.PUT,
                false,
                "The same through the server: the client's request, for two of three members its way on to the leader, and the"
                        + " store.");
        singleClientRow(
                table,
                "read, linearizable, one client",
                Operation.GET,
                false,
                "No flush: the leader asks a majority whether it still leads, then the member that was asked answers.");
        singleClientRow(
                table, "read, local, one client", Operation.GET, true, "The member that was asked answers by itself.");
        return table.toString();
    }

    private void singleClientRow(
            StringBuilder table, String what, Operation operation, boolean serializable, String why) {
        latencyRow(table, what, run -> single(run, operation, serializable).latencyMicros(), why);
    }

    private static LoadReport single(RunReport run, Operation operation, boolean serializable) {
        return run.loads().stream()
                .filter(load -> load.workload().clients() == 1)
                .filter(load -> load.workload().operation() == operation)
                .filter(load -> load.workload().serializable() == serializable)
                .findFirst()
                .orElseThrow();
    }

    /** How many each contender had, over all runs. */
    private String trials(Function<RunReport, long[]> of) {
        return ", "
                + runsOf(contenders.get(0)).stream()
                        .mapToInt(run -> of.apply(run).length)
                        .sum()
                + " of each";
    }

    private void latencyRow(StringBuilder table, String what, Function<RunReport, @Nullable Latency> of, String why) {
        table.append("| ").append(what).append(" |");
        for (String contender : contenders) {
            List<Latency> all = runsOf(contender).stream()
                    .flatMap(run -> Stream.ofNullable(of.apply(run)))
                    .filter(latency -> latency.count() > 0)
                    .toList();
            table.append(all.isEmpty() ? " not measured | not measured |" : cells(all));
        }
        table.append(" ").append(why).append(" |\n");
    }

    private static String cells(List<Latency> all) {
        return " " + Units.time(median(all, Latency::p50)) + " | " + Units.time(median(all, Latency::p99)) + " |";
    }

    private static <T> double median(List<T> all, ToDoubleFunction<T> of) {
        return Samples.median(all.stream().mapToDouble(of).toArray());
    }

    private String throughput() {
        StringBuilder table = new StringBuilder(
                "| load | system | operations/s (least–most) | p50 | p99 | p99.9 | servers' CPU per operation | generator's"
                        + " | failed |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        List<LoadReport> shapes = runs.get(0).loads();
        for (int load = 0; load < shapes.size(); load++) {
            for (String contender : contenders) {
                throughputRow(table, contender, load);
            }
            ratioRow(table, load);
        }
        return table.toString();
    }

    private void throughputRow(StringBuilder table, String contender, int number) {
        List<LoadReport> loads = loads(contender, number);
        table.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %.1f µs | %.1f µs | %,d |%n",
                name(loads.get(0).workload()),
                contender,
                spread(
                        loads.stream()
                                .mapToDouble(LoadReport::operationsPerSecond)
                                .toArray(),
                        "%,.0f"),
                Units.time(median(loads, load -> load.latencyMicros().p50())),
                Units.time(median(loads, load -> load.latencyMicros().p99())),
                Units.time(median(loads, load -> load.latencyMicros().p999())),
                median(loads, LoadReport::serversCpuMicrosPerOperation),
                median(loads, LoadReport::generatorCpuMicrosPerOperation),
                loads.stream()
                        .mapToLong(load -> load.errors().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                        .sum()));
    }

    /** The last contender against the first: how many times its throughput, what share of its CPU. */
    private void ratioRow(StringBuilder table, int number) {
        if (contenders.size() < 2) {
            return;
        }
        List<LoadReport> first = loads(contenders.get(0), number);
        List<LoadReport> last = loads(contenders.get(contenders.size() - 1), number);
        table.append(String.format(
                Locale.ROOT,
                "| | **ratio** | **%.2f** | %.2f | %.2f | %.2f | **%.2f** | | |%n",
                ratio(last, first, LoadReport::operationsPerSecond),
                ratio(last, first, load -> load.latencyMicros().p50()),
                ratio(last, first, load -> load.latencyMicros().p99()),
                ratio(last, first, load -> load.latencyMicros().p999()),
                ratio(last, first, LoadReport::serversCpuMicrosPerOperation)));
    }

    private static double ratio(List<LoadReport> over, List<LoadReport> under, ToDoubleFunction<LoadReport> of) {
        return median(over, of) / median(under, of);
    }

    private static String name(Workload workload) {
        String what =
                switch (workload.operation()) {
                    case PUT -> "put";
                    case GET -> workload.serializable() ? "get, local" : "get, linearizable";
                    case MIXED -> "mixed";
                };
        return what + ", " + workload.clients() + (workload.clients() == 1 ? " client" : " clients");
    }

    private List<LoadReport> loads(String contender, int number) {
        return runsOf(contender).stream().map(run -> run.loads().get(number)).toList();
    }

    private List<RunReport> runsOf(String contender) {
        List<RunReport> found = new ArrayList<>(runs);
        found.removeIf(run -> !run.contender().equals(contender));
        return found;
    }

    private static String spread(double[] values, String format) {
        double least = Arrays.stream(values).min().orElse(0);
        double most = Arrays.stream(values).max().orElse(0);
        String middle = String.format(Locale.ROOT, format, Samples.median(values));
        return values.length == 1
                ? middle
                : middle + String.format(Locale.ROOT, " (" + format + "–" + format + ")", least, most);
    }
}
