package io.quorate.cli.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A real file system of a few MiB, in memory, which only one process sees: mounted in a mount namespace of its own, for which
 * Linux wants no root where it allows user namespaces. Elsewhere a test that asks for one is skipped, with {@code CI=true} it
 * fails.
 */
public final class SmallDisk {
    private static final String MOUNT_AND_RUN = "mount -t tmpfs -o size=$1m none \"$2\" && shift 2 && exec \"$@\"";

    private final Path folder;
    private final int mebibytes;

    /** @param folder where it is mounted; exists */
    public SmallDisk(Path folder, int mebibytes) {
        this.folder = folder;
        this.mebibytes = mebibytes;
        Running.Finished tried = Running.run(within(new ProcessBuilder("true")));
        if (tried.exitCode() != 0) {
            String refused = "no file system can be mounted here: unshare -rm says '" + tried.output()
                    + "'; to mend: install util-linux and allow user namespaces "
                    + "(sysctl kernel.unprivileged_userns_clone=1) and run ./quorate test";
            Assertions.assertNotEquals("true", System.getenv("CI"), refused);
            Assumptions.abort(refused);
        }
    }

    /** The same command with this file system, empty; by exec, so its process id is that of the command. */
    public ProcessBuilder within(ProcessBuilder builder) {
        List<String> command = new ArrayList<>(
                List.of("unshare", "-rm", "sh", "-c", MOUNT_AND_RUN, "sh", "" + mebibytes, folder.toString()));
        command.addAll(builder.command());
        return builder.command(command);
    }

    /** Takes all the room that is left. */
    public void fill(Running process) {
        byte[] block = new byte[4096];
        try (OutputStream ballast = Files.newOutputStream(ballast(process))) {
            // Bounded by the size: a file system that takes more is not the small one.
            for (int block4k = 0; block4k <= mebibytes << 8; block4k++) {
                ballast.write(block);
            }
        } catch (IOException full) {
            Assertions.assertTrue(String.valueOf(full.getMessage()).contains("No space left"), full::toString);
            return;
        }
        throw new AssertionError(folder + " of process " + process.pid() + " has more than " + mebibytes + " MiB");
    }

    /** Gives back what {@link #fill} took. */
    public void free(Running process) {
        try {
            Files.delete(ballast(process));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** As the process sees it. */
    private Path ballast(Running process) {
        return Path.of("/proc/" + process.pid() + "/root" + folder.resolve("ballast"));
    }
}
