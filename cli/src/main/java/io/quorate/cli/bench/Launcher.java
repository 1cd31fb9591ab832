package io.quorate.cli.bench;

import io.quorate.cli.common.CommandFailure;
import org.jspecify.annotations.Nullable;

/** Our own program, for members that a measurement starts. */
final class Launcher {
    private Launcher() {}

    /** @param given by the user; null: the one that started this */
    static String path(@Nullable String given) {
        @Nullable String found = given == null ? System.getProperty("quorate.launcher") : given;
        if (found == null) {
            throw new CommandFailure("this was not started by ./quorate: name the launcher with --quorate");
        }
        return found;
    }
}
