package io.quorate.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The commit that the launcher noted beside the jars. */
public final class Commit {
    private Commit() {}

    public static String ofThisBuild() {
        @Nullable String home = System.getProperty("quorate.home");
        try {
            return home == null
                    ? "unknown"
                    : Files.readString(Path.of(home, "commit")).strip();
        } catch (IOException absent) {
            return "unknown";
        }
    }
}
