package io.quorate.cli.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a running demo says which endpoints it has, so that {@code quorate put} finds it also when a port had to move. The
 * file lies beside the build; its first line is the demo's pid, the others are endpoints. It counts while that process lives.
 */
public final class DemoFile {
    private DemoFile() {}

    /** Empty when no demo of this checkout runs. */
    public static List<String> runningEndpoints() {
        @Nullable Path file = path();
        if (file == null || !Files.isReadable(file)) {
            return List.of();
        }
        try {
            List<String> lines = Files.readAllLines(file);
            boolean lives = !lines.isEmpty()
                    && ProcessHandle.of(Long.parseLong(lines.get(0))).isPresent();
            return lives ? List.copyOf(lines.subList(1, lines.size())) : List.of();
        } catch (IOException | NumberFormatException unreadable) {
            return List.of();
        }
    }

    /** The first line is this process, so that the file counts as long as it lives. */
    public static void write(List<String> endpoints) throws IOException {
        @Nullable Path file = path();
        if (file == null) {
            return;
        }
        Path whole = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid());
        Files.writeString(whole, ProcessHandle.current().pid() + "\n" + String.join("\n", endpoints) + "\n");
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes it if it is this process's own. */
    public static void remove() {
        @Nullable Path file = path();
        try {
            if (file != null
                    && Files.exists(file)
                    && Files.readAllLines(file)
                            .get(0)
                            .equals(String.valueOf(ProcessHandle.current().pid()))) {
                Files.delete(file);
            }
        } catch (IOException | IndexOutOfBoundsException gone) {
            // A file that stays behind names a process that no longer lives: nobody believes it.
            return;
        }
    }

    private static @Nullable Path path() {
        @Nullable String launcher = System.getProperty("quorate.launcher");
        return launcher == null
                ? null
                : Path.of(launcher).resolveSibling("target").resolve("demo");
    }
}
