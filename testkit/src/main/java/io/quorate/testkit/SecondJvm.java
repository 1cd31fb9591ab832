package io.quorate.testkit;

import io.quorate.sim.core.Violation;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the first seed of a test in another JVM, too, and compares the results: what is salted once for each JVM (the order of
 * {@code Set.of}, say) is the same on all members of a simulation, which share one, and differs between these.
 */
final class SecondJvm implements Results {
    /** Begins what one call of {@link Simulation#run} gave. */
    private static final String CALL = "call";

    private final Class<?> test;
    private final Method method;
    private final Seeds seeds;
    private @Nullable List<List<String>> theirs;
    private int calls;

    /** @param seeds of the test, to say how a seed runs again */
    SecondJvm(Class<?> test, Method method, Seeds seeds) {
        this.test = test;
        this.method = method;
        this.seeds = seeds;
    }

    @Override
    public void heard(long seed, List<String> mine) {
        if (seed != seeds.first()) {
            return;
        }
        if (theirs == null) {
            theirs = calls(seed);
        }
        compare(seed, mine, theirs.get(calls++));
    }

    private void compare(long seed, List<String> mine, List<String> others) {
        for (int k = 0; k < mine.size(); k++) {
            String other = k < others.size() ? others.get(k) : "nothing";
            if (!mine.get(k).equals(other)) {
                Violation violation = Check.SAME_IN_ANOTHER_JVM.broken(
                        "the first difference is: " + mine.get(k) + "; in another JVM: " + other);
                throw SimulationFailure.of(seed, violation, "Found by seed " + seed + ".", seeds.again(seed));
            }
        }
    }

    // ---- here

    private List<List<String>> calls(long seed) {
        try {
            Path results = Files.createTempFile("quorate-results", ".txt");
            Path output = Files.createTempFile("quorate-output", ".txt");
            try {
                run(seed, results, output);
                return calls(Files.readAllLines(results));
            } finally {
                Files.delete(results);
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the test could not run in another JVM", e);
        }
    }

    private void run(long seed, Path results, Path output) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SecondJvm.class.getName(),
                        test.getName(),
                        method.getName(),
                        Long.toString(seed),
                        results.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (exitCode(process) != 0) {
            throw new AssertionError("in another JVM the test failed: " + Files.readString(output));
        }
    }

    private static int exitCode(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another JVM ran the test", e);
        }
    }

    private static List<List<String>> calls(List<String> lines) {
        List<List<String>> calls = new ArrayList<>();
        for (String line : lines) {
            if (line.equals(CALL)) {
                calls.add(new ArrayList<>());
            } else {
                calls.get(calls.size() - 1).add(line);
            }
        }
        return calls;
    }

    // ---- there

    /** Calls a test's method with one seed, and writes down what that gave. */
    public static void main(String[] arguments) throws ReflectiveOperationException, IOException {
        Class<?> test = Class.forName(arguments[0]);
        Constructor<?> constructor = test.getDeclaredConstructor();
        Method method = test.getDeclaredMethod(arguments[1], Seeds.class);
        constructor.setAccessible(true);
        method.setAccessible(true);
        try (PrintStream out = new PrintStream(arguments[3], StandardCharsets.UTF_8)) {
            Seeds one = Seeds.of(Long.parseLong(arguments[2]), 1).heardBy((seed, results) -> {
                out.println(CALL);
                results.forEach(out::println);
            });
            method.invoke(constructor.newInstance(), one);
        }
    }
}
