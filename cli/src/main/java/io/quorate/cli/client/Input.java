package io.quorate.cli.client;

import com.google.protobuf.ByteString;
import io.quorate.cli.common.CommandFailure;
import java.io.IOException;
import java.io.InputStream;

/** Standard input as one value. */
final class Input {
    /** Twice what the largest {@code --max-request-bytes} lets a member take. */
    private static final int MOST_BYTES = 32 << 20;

    private Input() {}

    /** @throws CommandFailure when it cannot be read, or does not end within what any member would take */
    static ByteString all(InputStream in) {
        try {
            ByteString read = ByteString.copyFrom(in.readNBytes(MOST_BYTES + 1));
            if (read.size() > MOST_BYTES) {
                throw new CommandFailure("standard input has more than " + MOST_BYTES
                        + " bytes, which is more than any member takes: give a shorter value");
            }
            return read;
        } catch (IOException broken) {
            throw unreadable(broken);
        }
    }

    static CommandFailure unreadable(IOException broken) {
        return new CommandFailure(
                ExitCode.BAD_ARGUMENTS,
                "standard input cannot be read: " + broken.getMessage() + "; give a file or a pipe");
    }
}
