package io.quorate.bench.report;

import io.quorate.bench.host.Host;
import io.quorate.bench.host.Proc;
import io.quorate.bench.host.ServerProcess;
import io.quorate.bench.host.Storage;
import io.quorate.bench.load.Load;
import io.quorate.bench.load.Measured;
import io.quorate.bench.load.Workload;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs a load and watches what it costs, here and in the servers on this computer. */
public final class LoadRun {
    private final Proc proc;
    private final String label;
    private final List<String> endpoints;
    private final @Nullable Path dataDirectory;

    /**
     * @param endpoints as HOST:PORT
     * @param dataDirectory where the servers' data lies, or null to look at the files that they have open
     */
    public LoadRun(Proc proc, String label, List<String> endpoints, @Nullable Path dataDirectory) {
        this.proc = proc;
        this.label = label;
        this.endpoints = List.copyOf(endpoints);
        this.dataDirectory = dataDirectory;
    }

    /** Blocks until all is done. Reads are preceded by a filling, which is not measured. */
    public LoadReport measure(Workload workload) {
        Load load = new Load(endpoints, workload);
        if (workload.reads()) {
            load.fill();
        }
        Cpu cpu = new Cpu(serverProcesses());
        Host host = Host.ofThisComputer();
        String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Measured measured = load.run(cpu);
        List<ServerFigures> servers = cpu.figures(measured.operations());
        return new LoadReport(
                label,
                Commit.ofThisBuild(),
                startedAt,
                host,
                endpoints,
                workload,
                measured.operations(),
                Rounded.tenth(measured.operationsPerSecond()),
                Latency.of(measured),
                errors(measured),
                cpu.generatorMicrosPer(measured.operations()),
                Rounded.tenth(servers.stream()
                        .mapToDouble(ServerFigures::cpuMicrosPerOperation)
                        .sum()),
                servers,
                Storage.ofAll(servers.stream().map(ServerFigures::storage).toList()),
                measured.operationsPerEachSecond());
    }

    private static Map<String, Long> errors(Measured measured) {
        Map<String, Long> byName = new TreeMap<>();
        measured.errors().forEach((code, count) -> byName.put(code.name(), count));
        return byName;
    }

    /** By endpoint; one process that serves several endpoints counts once. */
    private Map<String, ServerProcess> serverProcesses() {
        Map<String, ServerProcess> found = new LinkedHashMap<>();
        for (String endpoint : endpoints) {
            int colon = endpoint.lastIndexOf(':');
            Optional<ServerProcess> process = isThisComputer(endpoint.substring(0, colon))
                    ? proc.listeningOn(Integer.parseInt(endpoint.substring(colon + 1)))
                    : Optional.empty();
            process.filter(one -> found.values().stream().noneMatch(known -> known.pid() == one.pid()))
                    .ifPresent(one -> found.put(endpoint, one));
        }
        return found;
    }

    private static boolean isThisComputer(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException | SocketException unknown) {
            return false;
        }
    }

    /** CPU time used between two moments, by us and by each server. */
    private final class Cpu implements Load.Moments {
        private final Map<String, ServerProcess> processes;
        private final List<Long> serverMicros = new ArrayList<>();
        private long generatorNanos;

        Cpu(Map<String, ServerProcess> processes) {
            this.processes = processes;
        }

        @Override
        public void begins() {
            generatorNanos = -ownCpuNanos();
            processes.values().forEach(process -> serverMicros.add(-process.cpuMicros()));
        }

        @Override
        public void ends() {
            generatorNanos += ownCpuNanos();
            int i = 0;
            for (ServerProcess process : processes.values()) {
                serverMicros.set(i, serverMicros.get(i) + process.cpuMicros());
                i++;
            }
        }

        double generatorMicrosPer(long operations) {
            return Rounded.tenth(generatorNanos / 1000.0 / Math.max(1, operations));
        }

        List<ServerFigures> figures(long operations) {
            List<ServerFigures> figures = new ArrayList<>();
            processes.forEach((endpoint, process) -> figures.add(new ServerFigures(
                    endpoint,
                    process.pid(),
                    process.name(),
                    Rounded.tenth((double) serverMicros.get(figures.size()) / Math.max(1, operations)),
                    dataDirectory == null ? process.storage() : process.storageIn(dataDirectory))));
            return figures;
        }
    }

    private static long ownCpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }
}
