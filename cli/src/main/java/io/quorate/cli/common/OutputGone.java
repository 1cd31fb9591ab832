package io.quorate.cli.common;

import java.io.IOException;

/** Standard output takes no more: its reader has gone, as behind {@code | head -1}, or what it leads to is full. */
public final class OutputGone extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** What a shell shows of a program that ended by SIGPIPE. */
    private static final int READER_GONE = 141;

    OutputGone(IOException reason) {
        super("standard output cannot be written: " + reason.getMessage(), reason);
    }

    /** Nothing is wrong then, and nobody wants to hear of it. */
    public boolean isReaderGone() {
        return String.valueOf(getMessage()).contains("Broken pipe"); // the launcher sets the locale, so in English
    }

    /** The code that the process ends with. */
    public int exitCode() {
        return isReaderGone() ? READER_GONE : 1;
    }
}
