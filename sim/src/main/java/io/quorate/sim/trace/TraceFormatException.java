package io.quorate.sim.trace;

/** A file is no trace that this build can read; the message says why. */
public final class TraceFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TraceFormatException(String message) {
        super(message);
    }
}
