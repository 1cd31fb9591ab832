package io.quorate.cli.common;

/**
 * Ends the command with a sentence on standard error and an exit code other than 0. The sentence says what could not be
 * done, why, and what its reader can do about it.
 */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** A failure that ends the command with exit code 1. */
    public CommandFailure(String message) {
        this(1, message);
    }

    /**
     * @param exitCode 1 to 255
     * @param message what, why, and what to do, without a line break at the end
     */
    public CommandFailure(int exitCode, String message) {
        super(message);
        if (exitCode < 1 || exitCode > 255) {
            throw new IllegalArgumentException("an exit code of a failure lies in 1 to 255, not " + exitCode);
        }
        this.exitCode = exitCode;
    }

    /** The code that the process ends with, 1 to 255. */
    public int exitCode() {
        return exitCode;
    }
}
