package io.quorate.cli.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checkout that the tests run in, and its launcher. */
public final class Checkout {
    private Checkout() {}

    /** The folder that holds {@code ./quorate}, absolute. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("quorate")) || Files.isDirectory(folder.resolve("quorate"))) {
            folder = Optional.ofNullable(folder.getParent())
                    .orElseThrow(() -> new IllegalStateException("no ./quorate in this folder or above it"));
        }
        return folder;
    }

    /**
     * A process that runs {@code ./quorate} with these arguments. It becomes java by {@code exec}, so its process id is
     * that of the JVM. Sources newer than the build make it build first: {@code ./quorate test} has done so before.
     */
    public static ProcessBuilder quorate(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(root().resolve("quorate").toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
