package io.quorate.storage;

import java.io.IOException;

/** The file system has no room. Other failures of a write are another {@link IOException}. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1;

    public DiskFullException(String message) {
        super(message);
    }
}
