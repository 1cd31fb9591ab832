package io.quorate.storage;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Names, sizes and the chunk of snapshot files; the drawing is at {@link SnapshotFiles}. All buffers are little endian. */
final class SnapshotFormat {
    static final int FORMAT = 1;
    static final int CHUNK_HEADER_BYTES = 16;
    /** Of any chunk: a block of a state, an index page, the manifest. Checked before a length is believed. */
    static final int MAX_PAYLOAD_BYTES = 2 << 20;

    static final int MAX_CHUNK_BYTES = CHUNK_HEADER_BYTES + MAX_PAYLOAD_BYTES;

    static final int BLOCK = 1;
    static final int PAGE = 2;
    static final int MANIFEST = 3;

    /** Being written here; void at the next start. */
    static final String TEMPORARY = ".tmp";
    /** Being received; a later start goes on with it. */
    static final String PARTIAL = ".part";

    private static final String PREFIX = "snapshot-";
    private static final int GROUP_DIGITS = 10;
    private static final int INDEX_DIGITS = 16;
    private static final int NAME_LENGTH = PREFIX.length() + GROUP_DIGITS + 1 + INDEX_DIGITS;
    private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9]{10}-[0-9]{16}");
    private static final int CRC_AT = 4;
    private static final int KIND_AT = 8;
    private static final int PART_AT = 9;
    private static final int RESERVED_AT = 10;
    private static final int NUMBER_AT = 12;

    private SnapshotFormat() {}

    static String name(int group, long index) {
        return String.format(
                Locale.ROOT,
                "%s%0" + GROUP_DIGITS + "d-%0" + INDEX_DIGITS + "d",
                PREFIX,
                Integer.toUnsignedLong(group),
                index);
    }

    /** Whether it is the name of a whole snapshot. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether it is the name of one that is being written, or received, as the suffix says. */
    static boolean isName(String name, String suffix) {
        return name.endsWith(suffix) && isName(name.substring(0, name.length() - suffix.length()));
    }

    /** Whether it is the name of a snapshot in whatever state. */
    static boolean belongs(String name) {
        return isName(name) || isName(name, TEMPORARY) || isName(name, PARTIAL);
    }

    /** Of the name of a snapshot, with or without a suffix. */
    static int group(String name) {
        return Integer.parseUnsignedInt(name, PREFIX.length(), PREFIX.length() + GROUP_DIGITS, 10);
    }

    /** Of the name of a snapshot, with or without a suffix. */
    static long index(String name) {
        return Long.parseLong(name, PREFIX.length() + GROUP_DIGITS + 1, NAME_LENGTH, 10);
    }

    static int chunkBytes(int payloadBytes) {
        return CHUNK_HEADER_BYTES + ((payloadBytes + 7) & ~7);
    }

    /** Writes the chunk's header at {@code at} and zeros behind its payload, which is in place. */
    static void putChunk(ByteBuffer buffer, int at, int kind, int part, int number, int payloadBytes, long id) {
        buffer.putInt(at, payloadBytes);
        buffer.put(at + KIND_AT, (byte) kind);
        buffer.put(at + PART_AT, (byte) part);
        buffer.putShort(at + RESERVED_AT, (short) 0);
        buffer.putInt(at + NUMBER_AT, number);
        for (int padding = at + CHUNK_HEADER_BYTES + payloadBytes; padding < at + chunkBytes(payloadBytes); padding++) {
            buffer.put(padding, (byte) 0);
        }
        buffer.putInt(at + CRC_AT, checksum(buffer, at, payloadBytes, id));
    }

    static int payloadBytes(ByteBuffer buffer, int at) {
        return buffer.getInt(at);
    }

    static int crc(ByteBuffer buffer, int at) {
        return buffer.getInt(at + CRC_AT);
    }

    static int kind(ByteBuffer buffer, int at) {
        return buffer.get(at + KIND_AT) & 0xff;
    }

    static int part(ByteBuffer buffer, int at) {
        return buffer.get(at + PART_AT) & 0xff;
    }

    static int number(ByteBuffer buffer, int at) {
        return buffer.getInt(at + NUMBER_AT);
    }

    static boolean lengthFits(int payloadBytes) {
        return payloadBytes > 0 && payloadBytes <= MAX_PAYLOAD_BYTES;
    }

    /**
     * What is wrong with a chunk all of whose bytes are there.
     *
     * @return null when it is what was written into the snapshot of that id; else a sentence's end
     */
    static @Nullable String flaw(ByteBuffer buffer, int at, long id) {
        int length = payloadBytes(buffer, at);
        if (crc(buffer, at) != checksum(buffer, at, length, id)) {
            return "a chunk's checksum does not hold";
        }
        if (kind(buffer, at) < BLOCK || kind(buffer, at) > MANIFEST || buffer.getShort(at + RESERVED_AT) != 0) {
            return "a chunk of kind " + kind(buffer, at) + " is unknown to this version";
        }
        for (int padding = at + CHUNK_HEADER_BYTES + length; padding < at + chunkBytes(length); padding++) {
            if (buffer.get(padding) != 0) {
                return "a chunk's padding is not zero";
            }
        }
        return null;
    }

    /** The id is part of it: a chunk of another snapshot never holds. */
    private static int checksum(ByteBuffer buffer, int at, int length, long id) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(at + CHUNK_HEADER_BYTES + length).position(at + KIND_AT));
        update(crc, length);
        update(crc, (int) id);
        update(crc, (int) (id >>> 32));
        return (int) crc.getValue();
    }

    static void update(CRC32C crc, int value) {
        crc.update(value);
        crc.update(value >>> 8);
        crc.update(value >>> 16);
        crc.update(value >>> 24);
    }
}
