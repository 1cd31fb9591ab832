package io.quorate.cli.common;

import com.google.protobuf.ByteString;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What a command prints: text as UTF-8, and bytes as they are. Where it cannot be written the command ends at once with an
 * {@link OutputGone}: {@code System.out} would swallow that, and a script would take half an answer for a whole one.
 */
public final class StandardOutput extends PrintWriter {
    private final OutputStream stream;

    /** The process's own. It is never closed. */
    public StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    /** For tests. */
    public StandardOutput(OutputStream stream) {
        this(new Telling(stream));
    }

    private StandardOutput(Telling stream) {
        super(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
        this.stream = stream;
    }

    /** Prints these bytes as they are; to a writer of another kind, as the text that they may be. */
    public static void print(PrintWriter out, ByteString bytes) {
        if (out instanceof StandardOutput raw && !bytes.isValidUtf8()) {
            raw.write(bytes);
        } else {
            out.print(bytes.toString(StandardCharsets.UTF_8));
        }
    }

    private void write(ByteString bytes) {
        flush();
        try {
            bytes.writeTo(stream);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // Telling has thrown something else
        }
    }

    /** Throws what a {@link PrintWriter} does not catch. */
    private static final class Telling extends OutputStream {
        private final OutputStream stream;

        private Telling(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int single) {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            try {
                stream.write(bytes, from, count);
            } catch (IOException failed) {
                throw new OutputGone(failed);
            }
        }
    }
}
