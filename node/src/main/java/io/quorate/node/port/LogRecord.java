package io.quorate.node.port;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record: the same bytes in a member's memory, on its disk, on the wire, and on every other member's disk. It is encoded
 * once, by the leader. All numbers are little endian.
 *
 * <pre>
 *   0        4        8    9    10   12      16       24       32              32+n
 *   +--------+--------+----+----+----+-------+--------+--------+---------------+---------+
 *   | length | CRC32C |kind|flag| 0  | group | index  | term   | payload       | 0 … 0   |
 *   | u32 n  | u32    | u8 | u8 |u16 | u32   | u64    | u64    | n bytes       | to 8    |
 *   +--------+--------+----+----+----+-------+--------+--------+---------------+---------+
 * </pre>
 *
 * The checksum covers bytes 8 to the end of the payload, then the four bytes of the length. Padding is not covered; anything but zeros
 * there is refused.
 * Flag bit 0: the payload begins with a block of the node's own, which the state machine does not see; its first two bytes are the
 * length of what follows them in it.
 * Buffers passed in must be little endian; positions and limits are not changed but where said.
 */
public final class LogRecord {
    public static final int HEADER_BYTES = 32;
    public static final int FLAG_EXTENSION = 1;

    private static final int CRC_AT = 4;
    private static final int KIND_AT = 8;
    private static final int FLAGS_AT = 9;
    private static final int RESERVED_AT = 10;
    private static final int GROUP_AT = 12;
    private static final int INDEX_AT = 16;
    private static final int TERM_AT = 24;

    private LogRecord() {}

    /** Size of a record with a payload of that many bytes, header and padding included. */
    public static int size(int payloadBytes) {
        return HEADER_BYTES + pad(payloadBytes);
    }

    private static int pad(int bytes) {
        return (bytes + 7) & ~7;
    }

    /**
     * Writes a record at the target's position and moves the position behind its padding.
     *
     * @param payload read from its position to its limit; both stay
     */
    public static void put(
            ByteBuffer target, RecordKind kind, int flags, int group, long index, long term, ByteBuffer payload) {
        requireLittleEndian(target);
        int start = target.position();
        int length = payload.remaining();
        target.putInt(length);
        target.putInt(0);
        target.put(kind.code());
        target.put((byte) flags);
        target.putShort((short) 0);
        target.putInt(group);
        target.putLong(index);
        target.putLong(term);
        target.put(payload.duplicate());
        for (int padding = pad(length) - length; padding > 0; padding--) {
            target.put((byte) 0);
        }
        target.putInt(start + CRC_AT, checksum(target, start, length));
    }

    /**
     * Checks the record that starts at {@code at}, before anything in it is believed.
     *
     * @param limit first byte that cannot belong to it
     * @return null when it is whole, its checksum holds and this build knows what it is; else what is wrong, as a sentence's end
     */
    public static @Nullable String flaw(ByteBuffer source, int at, int limit) {
        String damage = damage(source, at, limit);
        return damage != null ? damage : unknown(source, at);
    }

    /** As {@link #flaw}, of bytes alone: a record that a later build wrote has none. */
    public static @Nullable String damage(ByteBuffer source, int at, int limit) {
        requireLittleEndian(source);
        if (limit - at < HEADER_BYTES) {
            return "it ends within the record's header";
        }
        int length = source.getInt(at);
        if (length < 0 || length > limit - at - HEADER_BYTES || pad(length) > limit - at - HEADER_BYTES) {
            return "its length of " + Integer.toUnsignedString(length) + " bytes does not fit";
        }
        if (source.getInt(at + CRC_AT) != checksum(source, at, length)) {
            return "its checksum does not hold";
        }
        for (int padding = at + HEADER_BYTES + length; padding < at + size(length); padding++) {
            if (source.get(padding) != 0) {
                return "its padding is not zero";
            }
        }
        return null;
    }

    /** What this build does not know of a record that is whole; null when it knows it. Such a record is refused, never skipped. */
    public static @Nullable String unknown(ByteBuffer source, int at) {
        if (RecordKind.of(source.get(at + KIND_AT)) == null) {
            return "its kind " + (source.get(at + KIND_AT) & 0xff) + " is unknown to this version";
        }
        if ((source.get(at + FLAGS_AT) & ~FLAG_EXTENSION) != 0 || source.getShort(at + RESERVED_AT) != 0) {
            return "it uses flags unknown to this version";
        }
        return null;
    }

    /** Size of the record at {@code at}, whose length field has been checked. */
    public static int sizeAt(ByteBuffer source, int at) {
        return size(source.getInt(at));
    }

    public static int payloadBytes(ByteBuffer source, int at) {
        return source.getInt(at);
    }

    public static int checksumAt(ByteBuffer source, int at) {
        return source.getInt(at + CRC_AT);
    }

    public static RecordKind kind(ByteBuffer source, int at) {
        RecordKind kind = RecordKind.of(source.get(at + KIND_AT));
        if (kind == null) {
            throw new IllegalArgumentException("unknown record kind " + (source.get(at + KIND_AT) & 0xff));
        }
        return kind;
    }

    public static int flags(ByteBuffer source, int at) {
        return source.get(at + FLAGS_AT) & 0xff;
    }

    public static int group(ByteBuffer source, int at) {
        return source.getInt(at + GROUP_AT);
    }

    public static long index(ByteBuffer source, int at) {
        return source.getLong(at + INDEX_AT);
    }

    public static long term(ByteBuffer source, int at) {
        return source.getLong(at + TERM_AT);
    }

    /** The payload as a read-only little-endian view. */
    public static ByteBuffer payload(ByteBuffer source, int at) {
        return source.slice(at + HEADER_BYTES, payloadBytes(source, at))
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Bytes of the block that an extended payload begins with, its length included; it has been checked. */
    public static int extensionBytes(ByteBuffer payload) {
        return Short.BYTES + (payload.slice().order(ByteOrder.LITTLE_ENDIAN).getShort(0) & 0xffff);
    }

    private static int checksum(ByteBuffer buffer, int start, int length) {
        CRC32C crc = new CRC32C();
        ByteBuffer view = buffer.duplicate();
        view.limit(start + HEADER_BYTES + length).position(start + KIND_AT);
        crc.update(view);
        crc.update(length);
        crc.update(length >>> 8);
        crc.update(length >>> 16);
        crc.update(length >>> 24);
        return (int) crc.getValue();
    }

    private static void requireLittleEndian(ByteBuffer buffer) {
        if (buffer.order() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalArgumentException("records are little endian, the buffer is not");
        }
    }
}
