package io.quorate.sim.bugs;

/** The code has changed, and a bug can no longer be planted into it: the catalogue must follow. */
public final class BugDoesNotFitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BugDoesNotFitException(String message) {
        super(message);
    }
}
