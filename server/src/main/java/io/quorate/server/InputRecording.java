package io.quorate.server;

import io.quorate.node.RaftException;
import io.quorate.node.RaftException.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A file that gets all that this member's core is told and answers, from its start to its end. For the search of defects: it
 * grows without bound, and is written on the node's loop.
 */
final class InputRecording {
    private InputRecording() {}

    /** @throws RaftException if the file cannot be made, or exists: a recording is of one life */
    static Consumer<byte[]> to(Path file) {
        try {
            Files.createFile(file);
            OutputStream out = Files.newOutputStream(file);
            return piece -> write(out, file, piece);
        } catch (IOException impossible) {
            throw new RaftException(
                    Code.BAD_OPTIONS,
                    "inputs cannot be recorded to " + file + " (" + impossible
                            + "): name a file that does not exist yet",
                    impossible);
        }
    }

    private static void write(OutputStream out, Path file, byte[] piece) {
        try {
            out.write(piece);
        } catch (IOException failed) {
            throw new UncheckedIOException("recording to " + file + " failed", failed);
        }
    }
}
