package io.quorate.node.peer;

import io.quorate.node.port.Versions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Why a member will not talk with another. It is logged here and sent there before the connection is closed.
 *
 * @param text what, with the value of both sides, and what to do; for people
 */
record HandshakeRefusal(Reason reason, String text) {
    private static final int MAX_TEXT_BYTES = 4096;

    /** {@code fatal}: the one who is told must stop, for going on under this identity would be unsafe. */
    enum Reason {
        OTHER_PROTOCOL(1, false),
        OTHER_CLUSTER(2, false),
        OTHER_EPOCH(3, false),
        /** The address leads to another member than was meant. */
        WRONG_MEMBER(4, false),
        /** The set holds another incarnation for this id, or none: its directory was wiped, or never belonged here. */
        OTHER_INCARNATION(5, true),
        REMOVED(6, true),
        /** It has started less often than was seen: its directory is an old copy. */
        OLD_IMAGE(7, true),
        /** It has started as often as another process with its id: one of them runs on a copy of the directory. */
        COPY(8, true),
        TOO_MANY(9, false),
        /** Its frames cannot hold the largest record that it may be sent. */
        SMALL_FRAMES(10, false),
        /** It joins, and this member has not read yet that it was added: it is to come again. */
        NOT_YET_KNOWN(11, false),
        /** Its build does not know the cluster version: it cannot read what the cluster writes. */
        CLUSTER_VERSION(12, true),
        /** A code that this version does not know. */
        OTHER(255, false);

        private final byte code;
        private final boolean fatal;

        Reason(int code, boolean fatal) {
            this.code = (byte) code;
            this.fatal = fatal;
        }

        boolean isFatal() {
            return fatal;
        }

        private static Reason of(byte code) {
            return Arrays.stream(values())
                    .filter(r -> r.code == code)
                    .findFirst()
                    .orElse(OTHER);
        }
    }

    ByteBuffer encode() {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MAX_TEXT_BYTES);
        ByteBuffer frame = Frame.begin(FrameType.REFUSED, 4 + length);
        return Frame.finish(
                frame.put(reason.code).put((byte) 0).putShort((short) 0).put(bytes, 0, length));
    }

    static HandshakeRefusal decode(ByteBuffer header) {
        byte[] bytes = new byte[Math.min(header.remaining() - 4, MAX_TEXT_BYTES)];
        header.get(4, bytes);
        return new HandshakeRefusal(Reason.of(header.get(0)), new String(bytes, StandardCharsets.UTF_8));
    }

    /** When the two have no version in common; null when they have. */
    static @Nullable HandshakeRefusal ofVersions(Versions ours, Versions theirs) {
        return ours.agreed(theirs) != 0
                ? null
                : new HandshakeRefusal(
                        Reason.OTHER_PROTOCOL,
                        "the builds have no version in common: " + theirs + " there, " + ours
                                + " here: run builds of Quorate that are at most one version apart");
    }
}
