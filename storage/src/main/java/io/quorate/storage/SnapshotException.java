package io.quorate.storage;

import io.quorate.node.port.SnapshotRefusal;
import java.io.IOException;

/** A snapshot is refused: its text names the file and the offset. Nothing was changed. */
public final class SnapshotException extends IOException {
    private static final long serialVersionUID = 1;

    private final SnapshotRefusal reason;
    private final long offset;
    private final String what;

    SnapshotException(SnapshotRefusal reason, String file, long offset, String what) {
        super("snapshot " + file + " is refused at offset " + offset + ": " + what);
        this.reason = reason;
        this.offset = offset;
        this.what = what;
    }

    public SnapshotRefusal reason() {
        return reason;
    }

    /** What does not hold, as a sentence's end. */
    public String what() {
        return what;
    }

    /** First byte of what does not hold: of the header, a chunk, or the missing end. */
    public long offset() {
        return offset;
    }
}
