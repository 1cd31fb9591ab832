package io.quorate.node.peer;

/** Bytes from a peer that no correct member sends; the link they came on is closed with this reason. */
final class MalformedFrameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedFrameException(String what) {
        super(what, null, false, false);
    }
}
