package io.quorate.sim.spec;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tlc2.TLC;

/** One run of the model checker TLC, in a folder of its own below the build's. */
final class Tlc {
    private static final Pattern DISTINCT = Pattern.compile("(\\d+) distinct states found, 0 states left on queue");
    private static final Pattern BROKEN = Pattern.compile("Error: Invariant (\\w+) is violated");

    /** @param output all that TLC printed */
    record Outcome(String output) {
        boolean isComplete() {
            return output.contains("Model checking completed. No error has been found.");
        }

        /** Of a run that explored all there is; -1 of another. */
        long distinctStates() {
            Matcher found = DISTINCT.matcher(output);
            return found.find() ? Long.parseLong(found.group(1)) : -1;
        }

        /** Name of the invariant that was found broken, or nothing. */
        String brokenInvariant() {
            Matcher found = BROKEN.matcher(output);
            return found.find() ? found.group(1) : "";
        }
    }

    private Tlc() {}

    /** The folder with the specification. */
    static Path specification() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("spec/Raft.tla"))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new IllegalStateException("no spec/Raft.tla in this folder or above it");
            }
            folder = parent;
        }
        return folder.resolve("spec");
    }

    /** An empty folder below the build's, for the files of one run. */
    static Path folder(String name) throws IOException {
        Path folder = placeOf(Tlc.class).resolveSibling("tlc").resolve(name);
        if (Files.exists(folder)) {
            delete(folder);
        }
        return Files.createDirectories(folder);
    }

    /** A long exploration: both cores, and a collector that gives the most throughput. */
    static Outcome explore(Path folder, String module, Path config) throws IOException, InterruptedException {
        return run(folder, module, config, List.of("-Xmx2g", "-XX:+UseParallelGC"), "2");
    }

    /** A short run: what counts is how soon the JVM is there. One worker, so that the shortest counterexample is found. */
    static Outcome check(Path folder, String module, Path config) throws IOException, InterruptedException {
        return run(folder, module, config, List.of("-Xmx1g", "-XX:+UseSerialGC"), "1");
    }

    private static Outcome run(Path folder, String module, Path config, List<String> options, String workers)
            throws IOException, InterruptedException {
        copySpecification(folder);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        // TLC unpacks its standard modules there, each run for itself.
        command.add("-Djava.io.tmpdir=" + folder);
        String classes = placeOf(TLC.class) + File.pathSeparator + placeOf(Tlc.class);
        command.addAll(List.of("-cp", classes, TLC.class.getName()));
        command.addAll(List.of(
                "-workers", workers, "-metadir", folder.resolve("states").toString()));
        command.addAll(List.of("-config", config.toString(), module + ".tla"));
        Path output = folder.resolve("output.txt");
        Process tlc = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            tlc.waitFor();
        } finally {
            tlc.destroyForcibly();
        }
        return new Outcome(Files.readString(output));
    }

    private static void copySpecification(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(specification())) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".tla")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(type + " was loaded from nowhere", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Tlc::deleteOne);
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
