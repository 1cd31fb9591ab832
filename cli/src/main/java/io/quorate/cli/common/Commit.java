package io.quorate.cli.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The commit that the running command was built from, as the launcher noted it beside the jars. */
public final class Commit {
    private Commit() {}

    /** Empty when not started by the launcher, or built outside a git checkout. */
    public static Optional<String> ofThisBuild() {
        @Nullable String home = System.getProperty("quorate.home");
        if (home == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(Path.of(home, "commit")).strip());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
