package io.quorate.raft.planted;

import java.nio.file.Files;
import java.nio.file.Path;

/** Breaks the rule on what of the JDK a pure module may know. */
public final class OpensAFile {
    public boolean exists(Path file) {
        return Files.exists(file);
    }
}
