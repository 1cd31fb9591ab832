package io.quorate.storage;

import java.io.IOException;

/** The data directory belongs to somebody else, or a part of it is missing: the text says what to do. Nothing was changed. */
public final class DirectoryRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    DirectoryRefusedException(String message) {
        super(message);
    }
}
