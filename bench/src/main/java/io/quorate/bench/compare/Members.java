package io.quorate.bench.compare;

import io.quorate.bench.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Three processes on free ports of this computer that form one cluster. Their logs lie beside their data. */
final class Members implements AutoCloseable {
    static final int COUNT = 3;
    private static final long PATIENCE_SECONDS = 10;
    private static final int LOG_LINES = 8;

    private final Contender contender;
    private final Path folder;
    private final List<Integer> clientPorts = new ArrayList<>();
    private final List<Integer> peerPorts = new ArrayList<>();
    private final @Nullable Process[] processes = new Process[COUNT];

    /** @param folder exists, is empty */
    Members(Contender contender, Path folder) {
        this.contender = contender;
        this.folder = folder;
        List<Integer> ports = FreePorts.take(2 * COUNT);
        clientPorts.addAll(ports.subList(0, COUNT));
        peerPorts.addAll(ports.subList(COUNT, 2 * COUNT));
    }

    void startAll() {
        for (int member = 0; member < COUNT; member++) {
            start(member);
        }
    }

    /** Also one that was killed: it finds its data again. */
    void start(int member) {
        List<String> command = new ArrayList<>(contender.program());
        command.addAll(flags(member));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(member).toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("ETCD_"));
        // The build that measures is the build that is measured, whatever changed in the checkout since.
        @Nullable String home = System.getProperty("quorate.home");
        if (home != null) {
            builder.environment().put("QUORATE_HOME", home);
        }
        try {
            processes[member] = builder.start();
        } catch (IOException missing) {
            throw new BenchException("cannot start " + command.get(0) + ": " + missing.getMessage(), missing);
        }
    }

    private List<String> flags(int member) {
        List<String> initial = new ArrayList<>();
        for (int each = 0; each < COUNT; each++) {
            initial.add(name(each) + "=" + url(peerPorts.get(each)));
        }
        String client = url(clientPorts.get(member));
        String peer = url(peerPorts.get(member));
        return List.of(
                "--name=" + name(member),
                "--data-dir=" + folder.resolve(name(member)),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + String.join(",", initial),
                "--initial-cluster-token=bench",
                "--initial-cluster-state=new");
    }

    private static String name(int member) {
        return "n" + (member + 1);
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    private Path log(int member) {
        return folder.resolve(name(member) + ".log");
    }

    String endpoint(int member) {
        return "127.0.0.1:" + clientPorts.get(member);
    }

    List<String> endpoints() {
        return List.of(endpoint(0), endpoint(1), endpoint(2));
    }

    List<String> endpointsWithout(int member) {
        return endpoints().stream()
                .filter(each -> !each.equals(endpoint(member)))
                .toList();
    }

    /** As kill -9: no goodbye. Returns when the process is gone. */
    void kill(int member) {
        Process process = running(member);
        process.destroyForcibly();
        awaitEnd(process);
    }

    private Process running(int member) {
        Process process = processes[member];
        if (process == null) {
            throw new IllegalStateException(name(member) + " was not started");
        }
        return process;
    }

    /** @throws BenchException with the end of its log, if a member has ended by itself */
    void requireAlive() {
        for (int member = 0; member < COUNT; member++) {
            if (!running(member).isAlive()) {
                throw new BenchException(contender.name() + "'s member " + name(member) + " ended with exit code "
                        + running(member).exitValue() + "; the last lines of its log:\n" + endOfLog(member));
            }
        }
    }

    private String endOfLog(int member) {
        try {
            List<String> lines = Files.readAllLines(log(member));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException unreadable) {
            return log(member) + ": " + unreadable.getMessage();
        }
    }

    /** Asks all to end, and after a while no longer asks. */
    @Override
    public void close() {
        for (Process process : processes) {
            if (process != null) {
                process.destroy();
            }
        }
        for (Process process : processes) {
            if (process != null && !awaitEnd(process)) {
                process.destroyForcibly();
                awaitEnd(process);
            }
        }
    }

    private static boolean awaitEnd(Process process) {
        try {
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
