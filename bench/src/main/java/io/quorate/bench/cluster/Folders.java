package io.quorate.bench.cluster;

import io.quorate.bench.BenchException;
import io.quorate.bench.host.Mounts.Mount;
import io.quorate.bench.host.Proc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** New directories for data, which go with all that is in them. */
public final class Folders {
    private Folders() {}

    /** @throws BenchException when the folder lies in memory: figures from there would say nothing about durable writes */
    public static void requireDisk(Proc proc, Path folder) {
        Mount mount = proc.mountOf(folder.toAbsolutePath());
        if (mount.isMemory()) {
            throw new BenchException(folder + " lies on " + mount.type()
                    + ", which is memory: no write there is durable. Name a folder on a disk with --work-dir.");
        }
    }

    /** Works in a new directory of that folder. */
    public static void inNew(Path folder, Consumer<Path> work) {
        Path fresh = fresh(folder);
        try {
            work.accept(fresh);
        } finally {
            remove(fresh);
        }
    }

    private static Path fresh(Path folder) {
        try {
            return Files.createTempDirectory(folder, "quorate-bench-");
        } catch (IOException e) {
            throw new BenchException("cannot make a directory in " + folder + ": " + e.getMessage(), e);
        }
    }

    static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new BenchException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }
}
