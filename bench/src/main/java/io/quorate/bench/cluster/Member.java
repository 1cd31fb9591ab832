package io.quorate.bench.cluster;

import io.quorate.bench.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One server on ports of 127.0.0.1: its directory, the log that it prints beside that, and the process that it is now. */
final class Member {
    private static final long END_PATIENCE_SECONDS = 10;
    private static final long LINE_PATIENCE_SECONDS = 900;
    private static final long BETWEEN_LOOKS_NANOS = 2_000_000;
    private static final int LOG_LINES = 8;

    private final String name;
    private final int clientPort;
    private final int peerPort;
    private final Path directory;
    private final Path log;
    private @Nullable Process process;
    private int logFrom;

    Member(String name, int clientPort, int peerPort, Path folder) {
        this.name = name;
        this.clientPort = clientPort;
        this.peerPort = peerPort;
        directory = folder.resolve(name);
        log = folder.resolve(name + ".log");
    }

    String name() {
        return name;
    }

    String endpoint() {
        return "127.0.0.1:" + clientPort;
    }

    String peerUrl() {
        return "http://127.0.0.1:" + peerPort;
    }

    Path directory() {
        return directory;
    }

    String asInitial() {
        return name + "=" + peerUrl();
    }

    List<String> flags(String initialCluster, boolean joins) {
        String client = "http://" + endpoint();
        return List.of(
                "--name=" + name,
                "--data-dir=" + directory,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peerUrl(),
                "--initial-advertise-peer-urls=" + peerUrl(),
                "--initial-cluster=" + initialCluster,
                "--initial-cluster-token=bench",
                "--initial-cluster-state=" + (joins ? "existing" : "new"));
    }

    void start(ProcessBuilder builder) {
        logFrom = logged().length;
        try {
            process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException missing) {
            throw new BenchException("cannot start " + builder.command().get(0) + ": " + missing.getMessage(), missing);
        }
    }

    private byte[] logged() {
        try {
            return Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
        } catch (IOException unreadable) {
            throw new BenchException("cannot read " + log + ": " + unreadable.getMessage(), unreadable);
        }
    }

    /** As kill -9: no goodbye. Returns when the process is gone. */
    void kill() {
        Process running = running();
        running.destroyForcibly();
        awaitEnd(running);
    }

    /** As it would be stopped; and after a while no longer asks. */
    void stop() {
        Process running = process;
        if (running != null) {
            running.destroy();
            if (!awaitEnd(running)) {
                kill();
            }
        }
    }

    /** So that several end at the same time; {@link #stop} waits. */
    void askToStop() {
        if (process != null) {
            process.destroy();
        }
    }

    private Process running() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return running;
    }

    private static boolean awaitEnd(Process process) {
        try {
            return process.waitFor(END_PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @throws BenchException with the end of its log, if it has ended by itself */
    void requireAlive() {
        if (!running().isAlive()) {
            throw new BenchException("member " + name + " ended with exit code "
                    + running().exitValue() + "; the last lines of its log:\n" + endOfLog());
        }
    }

    private String endOfLog() {
        List<String> lines =
                new String(logged(), StandardCharsets.UTF_8).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    /**
     * Blocks until it has printed a line with this text since it was started last.
     *
     * @return the time that the line begins with, to the millisecond
     */
    Instant awaitLogged(String text) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LINE_PATIENCE_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            Optional<Instant> found = loggedAt(text);
            if (found.isPresent()) {
                return found.get();
            }
            requireAlive();
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
        throw new BenchException("member " + name + " did not print '" + text + "' within " + LINE_PATIENCE_SECONDS
                + " s; the last lines of its log:\n" + endOfLog());
    }

    /** When it first printed a line with this text since it was started last. */
    Optional<Instant> loggedAt(String text) {
        byte[] all = logged();
        return new String(Arrays.copyOfRange(all, logFrom, all.length), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(text))
                .findFirst()
                .map(line -> OffsetDateTime.parse(line.substring(0, line.indexOf(' ')))
                        .toInstant());
    }
}
