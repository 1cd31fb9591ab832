package io.quorate.node.peer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The layout of one frame, little endian:
 *
 * <pre>
 *   0        4      5      8         12       16
 *   +--------+------+------+---------+--------+-----------------+------------------------------+
 *   | length | type | 0    | header  | CRC32C | header          | payload                      |
 *   | u32    | u8   | u24  | u32 n   | u32    | n bytes         | length - 16 - n bytes        |
 *   +--------+------+------+---------+--------+-----------------+------------------------------+
 * </pre>
 *
 * The length counts the whole frame. The checksum covers bytes 0 to 11 and the header, never the payload: that is the log's
 * own records, each with its own checksum, or a command whose checksum stands in the header.
 */
final class Frame {
    static final int PREFIX_BYTES = 16;

    static final int LENGTH_AT = 0;
    static final int TYPE_AT = 4;
    static final int HEADER_BYTES_AT = 8;
    static final int CRC_AT = 12;

    private Frame() {}

    /** A buffer for prefix and header, positioned at the header's first byte. */
    static ByteBuffer begin(FrameType type, int headerBytes) {
        ByteBuffer frame = ByteBuffer.allocate(PREFIX_BYTES + headerBytes).order(ByteOrder.LITTLE_ENDIAN);
        frame.put(TYPE_AT, type.code());
        frame.putInt(HEADER_BYTES_AT, headerBytes);
        return frame.position(PREFIX_BYTES);
    }

    static ByteBuffer begin(FrameType type) {
        return begin(type, type.headerBytes());
    }

    /** Fills in length and checksum of a frame whose header is complete; what is returned is ready to be sent. */
    static ByteBuffer finish(ByteBuffer frame, int payloadBytes) {
        if (frame.hasRemaining()) {
            throw new IllegalStateException("the frame's header lacks " + frame.remaining() + " bytes");
        }
        frame.putInt(LENGTH_AT, frame.capacity() + payloadBytes);
        frame.putInt(CRC_AT, headerChecksum(frame, 0, frame.getInt(HEADER_BYTES_AT)));
        return frame.flip();
    }

    static ByteBuffer finish(ByteBuffer frame) {
        return finish(frame, 0);
    }

    static int headerChecksum(ByteBuffer buffer, int at, int headerBytes) {
        CRC32C crc = new CRC32C();
        ByteBuffer view = buffer.duplicate();
        view.limit(at + CRC_AT).position(at);
        crc.update(view);
        view.limit(at + PREFIX_BYTES + headerBytes).position(at + PREFIX_BYTES);
        crc.update(view);
        return (int) crc.getValue();
    }

    /** Of the bytes between position and limit, which stay. */
    static int checksum(ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }
}
