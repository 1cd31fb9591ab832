package io.quorate.node.peer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cuts a byte stream into frames. A frame that lies whole in the bytes that came is handed on in place; only one that was cut
 * by the transport is gathered in a buffer. That buffer grows with what has really arrived, never by what a length field
 * promises, and never beyond the frame bound.
 */
final class FrameReader {
    private static final int FIRST_BYTES = 4096;
    private static final int KEPT_BYTES = 64 << 10;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);

    /** Hears of one frame; both buffers are little endian, from 0 to their limit, and valid during the call only. */
    interface Sink {
        /** @return false to hear no more of this stream */
        boolean frame(FrameType type, ByteBuffer header, ByteBuffer payload);
    }

    private int maxFrameBytes;
    /** The first {@code gathered.position()} bytes of a frame; invariant: empty, or shorter than that frame. */
    private ByteBuffer gathered = EMPTY;

    FrameReader(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    void maxFrameBytes(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /** Bytes of memory held for a frame that is not complete. */
    int heldBytes() {
        return gathered.capacity();
    }

    /**
     * Takes all of the bytes, in whatever pieces they come.
     *
     * @throws MalformedFrameException if they are no frames; the reader must not be used again
     */
    void read(ByteBuffer bytes, Sink sink) {
        ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.limit());
        boolean more = true;
        while (more && in.hasRemaining()) {
            if (gathered.position() == 0 && wholeFrameAt(in, in.position(), in.limit())) {
                more = hand(in, in.position(), sink);
                in.position(in.position() + in.getInt(in.position()));
            } else {
                more = gather(in, sink);
            }
        }
    }

    private boolean gather(ByteBuffer in, Sink sink) {
        int target = target(gathered, 0, gathered.position());
        int taken = Math.min(target - gathered.position(), in.remaining());
        room(taken);
        gathered.put(in.duplicate().limit(in.position() + taken));
        in.position(in.position() + taken);
        if (!wholeFrameAt(gathered, 0, gathered.position())) {
            return true;
        }
        ByteBuffer whole = gathered;
        boolean more = hand(whole, 0, sink);
        gathered = whole.capacity() <= KEPT_BYTES ? whole.clear() : EMPTY;
        return more;
    }

    private void room(int bytes) {
        int needed = gathered.position() + bytes;
        if (needed > gathered.capacity()) {
            int capacity =
                    Math.max(Math.max(FIRST_BYTES, needed), (int) Math.min(2L * gathered.capacity(), maxFrameBytes));
            gathered =
                    ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(gathered.flip());
        }
    }

    private boolean wholeFrameAt(ByteBuffer in, int at, int limit) {
        int have = limit - at;
        return have >= Frame.PREFIX_BYTES && target(in, at, have) <= have && have >= in.getInt(at);
    }

    /** How many bytes of the frame must be there before the next thing about it can be checked; checks what can be. */
    private int target(ByteBuffer in, int at, int have) {
        if (have < Frame.PREFIX_BYTES) {
            return Frame.PREFIX_BYTES;
        }
        int length = in.getInt(at + Frame.LENGTH_AT);
        int headerBytes = in.getInt(at + Frame.HEADER_BYTES_AT);
        checkPrefix(in, at, length, headerBytes);
        int headerEnd = Frame.PREFIX_BYTES + headerBytes;
        if (have < headerEnd) {
            return headerEnd;
        }
        if (in.getInt(at + Frame.CRC_AT) != Frame.headerChecksum(in, at, headerBytes)) {
            throw new MalformedFrameException("the checksum of a frame's header does not hold");
        }
        return length;
    }

    /** The limits are asked before a byte is allocated for the frame. */
    private void checkPrefix(ByteBuffer in, int at, int length, int headerBytes) {
        FrameType type = FrameType.of(in.get(at + Frame.TYPE_AT));
        if (type == null || (in.getInt(at + Frame.TYPE_AT) >>> 8) != 0) {
            throw new MalformedFrameException("a frame of the unknown type "
                    + Integer.toUnsignedString(in.getInt(at + Frame.TYPE_AT)) + "; its first bytes are "
                    + Long.toHexString(Long.reverseBytes(in.getLong(at))));
        }
        if (length < Frame.PREFIX_BYTES || length > maxFrameBytes) {
            throw new MalformedFrameException(
                    "a frame of " + Integer.toUnsignedString(length) + " bytes; the bound is " + maxFrameBytes);
        }
        if (headerBytes < 0 || headerBytes > length - Frame.PREFIX_BYTES || !type.fits(headerBytes)) {
            throw new MalformedFrameException(
                    type + " with a header of " + Integer.toUnsignedString(headerBytes) + " bytes");
        }
        if (!type.hasPayload() && headerBytes != length - Frame.PREFIX_BYTES) {
            throw new MalformedFrameException(type + " with a payload");
        }
    }

    private static boolean hand(ByteBuffer in, int at, Sink sink) {
        FrameType type = FrameType.of(in.get(at + Frame.TYPE_AT));
        if (type == null) {
            throw new IllegalStateException("the frame's prefix was not checked");
        }
        int headerAt = at + Frame.PREFIX_BYTES;
        int headerBytes = in.getInt(at + Frame.HEADER_BYTES_AT);
        int payloadAt = headerAt + headerBytes;
        int payloadBytes = in.getInt(at) - Frame.PREFIX_BYTES - headerBytes;
        return sink.frame(
                type,
                in.slice(headerAt, headerBytes).order(ByteOrder.LITTLE_ENDIAN),
                in.slice(payloadAt, payloadBytes).order(ByteOrder.LITTLE_ENDIAN));
    }
}
