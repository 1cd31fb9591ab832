package io.quorate.cli.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A process that a test started, with all it printed. Waiting is for events: a line, or the end. The bound on it is there to
 * end a test that would hang, and says nothing about speed.
 */
public final class Running implements AutoCloseable {
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(90);

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    private Running(Process process) {
        this.process = process;
        Thread pump = new Thread(this::pump, "output-of-" + process.pid());
        pump.setDaemon(true);
        pump.start();
    }

    /**
     * A command that Ctrl-C ends. What a shell starts in the background ignores SIGINT, and so do its children: these tests may
     * be among them.
     */
    public static ProcessBuilder withInterrupts(ProcessBuilder builder) {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(builder.command());
        return builder.command(command);
    }

    /** Both of its streams are read as one. */
    public static Running start(ProcessBuilder builder) {
        try {
            builder.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
            return new Running(builder.redirectErrorStream(true).start());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Runs to the end; gives what it printed. */
    public static Finished run(ProcessBuilder builder) {
        try (Running running = start(builder)) {
            running.input().close();
            int exitCode = running.awaitEnd();
            running.awaitOutputEnd();
            return new Finished(exitCode, running.output());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** @param output all lines, joined */
    public record Finished(int exitCode, String output) {}

    private void pump() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            @Nullable String line = in.readLine();
            while (line != null) {
                add(line);
                line = in.readLine();
            }
        } catch (IOException closed) {
            add("(output ended: " + closed.getMessage() + ")");
        }
        synchronized (lines) {
            ended = true;
            lines.notifyAll();
        }
    }

    private void add(String line) {
        synchronized (lines) {
            lines.add(line);
            lines.notifyAll();
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    public int lineCount() {
        synchronized (lines) {
            return lines.size();
        }
    }

    /** The first line, from the beginning on, in which the pattern is found. */
    public Matcher awaitLine(String regex) {
        return awaitLine(0, regex);
    }

    /** The first line at or behind that number in which the pattern is found. */
    public Matcher awaitLine(int from, String regex) {
        Pattern pattern = Pattern.compile(regex);
        long deadline = System.nanoTime() + BOUND_NANOS;
        synchronized (lines) {
            for (int at = from; ; at++) {
                while (at >= lines.size()) {
                    long left = deadline - System.nanoTime();
                    if (ended || left <= 0) {
                        throw new AssertionError("no line with '" + regex + "' in the output of process " + pid()
                                + (ended ? ", which ended" : "") + ":\n" + output());
                    }
                    await(left);
                }
                Matcher matcher = pattern.matcher(lines.get(at));
                if (matcher.find()) {
                    return matcher;
                }
            }
        }
    }

    private void await(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(lines, nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** @return its exit code; what it printed last may still be on its way: wait for the line */
    public int awaitEnd() {
        try {
            if (!process.waitFor(BOUND_NANOS, TimeUnit.NANOSECONDS)) {
                throw new AssertionError("process " + pid() + " does not end:\n" + output());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
        return process.exitValue();
    }

    private void awaitOutputEnd() {
        long deadline = System.nanoTime() + BOUND_NANOS;
        synchronized (lines) {
            while (!ended && deadline - System.nanoTime() > 0) {
                await(deadline - System.nanoTime());
            }
        }
    }

    public OutputStream input() {
        return process.getOutputStream();
    }

    public void type(String text) {
        try {
            process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** SIGTERM. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Ends it with all that it started. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        kill();
    }
}
