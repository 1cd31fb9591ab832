package io.quorate.node.peer;

import io.quorate.raft.Refusal;

/** The codes of {@link Refusal} on the wire; 0 is for none. */
final class ForwardRefusals {
    private static final Refusal[] BY_CODE = {
        Refusal.NOT_LEADER, Refusal.OVERLOADED, Refusal.TOO_LARGE, Refusal.NO_SPACE, Refusal.TRANSFERRING
    };

    private ForwardRefusals() {}

    static byte code(Refusal refusal) {
        for (byte code = 0; code < BY_CODE.length; code++) {
            if (BY_CODE[code] == refusal) {
                return (byte) (code + 1);
            }
        }
        throw new IllegalArgumentException("no code for " + refusal);
    }

    static Refusal of(byte code) {
        if (code < 1 || code > BY_CODE.length) {
            throw new MalformedFrameException("unknown refusal " + (code & 0xff) + " of a forwarded command");
        }
        return BY_CODE[code - 1];
    }
}
