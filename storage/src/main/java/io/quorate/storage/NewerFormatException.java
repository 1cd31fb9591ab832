package io.quorate.storage;

import java.io.IOException;

/** A file was written by a newer version, in a format that this one does not know. Nothing was changed. */
public final class NewerFormatException extends IOException {
    private static final long serialVersionUID = 1;

    private NewerFormatException(String message) {
        super(message);
    }

    public NewerFormatException(String file, int found, int known) {
        super(file + " is of a newer format: it has format " + found + ", this version knows formats up to " + known
                + ". Start the version that wrote it, or a newer one; nothing was changed");
    }

    static NewerFormatException ofRecord(String file, long offset, String what) {
        return new NewerFormatException(file + " has records of a newer version at offset " + offset + ": " + what
                + ". Start the version that wrote it, or a newer one; nothing was changed");
    }

    /** @param refusal as {@link io.quorate.node.port.Versions} says it */
    static NewerFormatException ofCluster(String refusal) {
        return new NewerFormatException(refusal);
    }
}
