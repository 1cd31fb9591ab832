package io.quorate.cli.demo;

import io.quorate.cli.common.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One member of a demo: a process of its own. Its log comes out with its name before each line. It holds the other end of
 * the member's standard input: when the demo dies, however, the member reads the end of it and stops by itself.
 */
final class DemoMember {
    private final String name;
    private final DemoPorts.Pair ports;
    private final List<String> arguments;
    private final DemoOutput output;
    private volatile @Nullable Process process;
    private boolean paused;

    /**
     * @param arguments of {@code ./quorate}, beginning with {@code server}
     */
    DemoMember(String name, DemoPorts.Pair ports, List<String> arguments, DemoOutput output) {
        this.name = name;
        this.ports = ports;
        this.arguments = List.copyOf(arguments);
        this.output = output;
    }

    String name() {
        return name;
    }

    String clientEndpoint() {
        return "127.0.0.1:" + ports.client();
    }

    /** The line that starts this member by hand. */
    String line(Path launcher) {
        List<String> words = new ArrayList<>(List.of(quoted(launcher.toString())));
        arguments.forEach(argument -> words.add(quoted(argument)));
        return String.join(" ", words);
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    synchronized void start(Path launcher) {
        if (isRunning()) {
            throw new CommandFailure(name + " runs already, as pid " + pid());
        }
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(variable -> variable.startsWith("ETCD_"));
        environment.put("QUORATE_STOP_WITH_INPUT", "true");
        // The build that this demo runs from, so that a changed source does not stop a restart for a build.
        @Nullable String build = System.getProperty("quorate.home");
        if (build != null) {
            environment.put("QUORATE_HOME", build);
        }
        environment.putIfAbsent("QUORATE_JAVA_OPTS", "-Xms32m -Xmx256m -XX:+UseSerialGC");
        try {
            Process started = builder.start();
            process = started;
            paused = false;
            Thread pump = new Thread(() -> pump(started), "output-of-" + name);
            pump.setDaemon(true);
            pump.start();
        } catch (IOException failed) {
            throw new CommandFailure("cannot start " + launcher + ": " + failed.getMessage());
        }
    }

    private void pump(Process started) {
        try (InputStream in = started.getInputStream();
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            @Nullable String line = lines.readLine();
            while (line != null) {
                output.line(name, line);
                line = lines.readLine();
            }
        } catch (IOException closed) {
            // The process ended while it was read: what it said before is out.
            output.line(name, "output ended: " + closed.getMessage());
        }
        try {
            output.line(name, "process " + started.pid() + " ended, exit code " + started.waitFor());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** As kill -9: no goodbye. */
    synchronized void kill() {
        running().toHandle().destroyForcibly();
    }

    /** The same, without waiting for whoever holds this member. */
    void killAtOnce() {
        Process last = process;
        if (last != null) {
            last.toHandle().destroyForcibly();
        }
    }

    synchronized void pause() {
        signal("-STOP");
        paused = true;
    }

    synchronized void resume() {
        if (!paused) {
            throw new CommandFailure(name + " is not paused");
        }
        signal("-CONT");
        paused = false;
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder(
                            "kill", signal, String.valueOf(running().pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new CommandFailure("kill " + signal + " " + pid() + " failed");
            }
        } catch (IOException missing) {
            throw new CommandFailure("cannot run kill: " + missing.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
    }

    private Process running() {
        if (process == null || !process.isAlive()) {
            throw new CommandFailure(name + " is not running; try: restart " + name);
        }
        return process;
    }

    /** Asks it to end; a paused member is woken for that. */
    synchronized void stop() {
        if (isRunning()) {
            if (paused) {
                resume();
            }
            // Through the handle: destroying the process would close its output before its last lines are read.
            running().toHandle().destroy();
        }
    }

    /** @return whether it has ended by then */
    boolean awaitEnd(long nanos) {
        @Nullable Process last;
        synchronized (this) {
            last = process;
        }
        try {
            return last == null || last.waitFor(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
