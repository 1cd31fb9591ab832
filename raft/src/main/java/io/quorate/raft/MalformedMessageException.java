package io.quorate.raft;

/** A peer sent what no correct member can have sent. The state is unchanged. */
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String what) {
        super(what);
    }
}
