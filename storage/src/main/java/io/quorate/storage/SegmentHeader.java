package io.quorate.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of a segment.
 *
 * @param number rises by one from 1; also in the name
 * @param salt random for each use of the file: what the file held in a former life carries another
 * @param firstSequence of the checkpoint batch, which follows the header
 * @param segmentBytes length of the file
 * @param filled whether every block was written before, so that nothing needs to be filled
 * @param follows 0, and the segment goes on where the one numbered before it ends; or after a cut at damage the number of that which it
 *     follows: the segments between the two are void, and its checkpoint says where the log goes on
 */
record SegmentHeader(long number, long salt, long firstSequence, int segmentBytes, boolean filled, long follows) {
    private static final long MAGIC = 0x31_47_4f_4c_4f_55_51_00L;
    private static final int FLAG_FILLED = 1;
    private static final int FORMAT_AT = 8;
    private static final int FLAGS_AT = 12;
    private static final int NUMBER_AT = 16;
    private static final int SALT_AT = 24;
    private static final int SEQUENCE_AT = 32;
    private static final int SIZE_AT = 40;
    private static final int FOLLOWS_AT = 48;
    private static final int CRC_AT = 60;

    SegmentHeader(long number, long salt, long firstSequence, int segmentBytes, boolean filled) {
        this(number, salt, firstSequence, segmentBytes, filled, 0);
    }

    /** Whether the log was cut at damage before it. */
    boolean isBehindCut() {
        return follows != 0;
    }

    /** Number of the segment that lies before this one in the log, if that is still there. */
    long predecessor() {
        return isBehindCut() ? follows : number - 1;
    }

    /** Writes it at offset 0; positions stay. */
    void put(ByteBuffer buffer) {
        for (int at = 0; at < LogFormat.SEGMENT_HEADER_BYTES; at += Long.BYTES) {
            buffer.putLong(at, 0);
        }
        buffer.putLong(0, MAGIC);
        buffer.putInt(FORMAT_AT, LogFormat.FORMAT);
        buffer.putInt(FLAGS_AT, filled ? FLAG_FILLED : 0);
        buffer.putLong(NUMBER_AT, number);
        buffer.putLong(SALT_AT, salt);
        buffer.putLong(SEQUENCE_AT, firstSequence);
        buffer.putLong(SIZE_AT, segmentBytes);
        buffer.putLong(FOLLOWS_AT, follows);
        buffer.putInt(CRC_AT, checksum(buffer));
    }

    /**
     * Reads and checks the header, and the file's length against it.
     *
     * @throws LogDamagedException for anything but what was written: a segment gets its name when its header is durable
     * @throws NewerFormatException if its checksum holds and its format is not known
     */
    static SegmentHeader read(DiskFile file, String path, long expectedNumber) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(LogFormat.SEGMENT_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (file.read(buffer, 0) < buffer.capacity()) {
            throw new LogDamagedException(path, file.bytes(), "the file ends within its header");
        }
        if (buffer.getLong(0) != MAGIC || buffer.getInt(CRC_AT) != checksum(buffer)) {
            throw new LogDamagedException(path, 0, "its header does not hold");
        }
        if (buffer.getInt(FORMAT_AT) != LogFormat.FORMAT) {
            throw new NewerFormatException(path, buffer.getInt(FORMAT_AT), LogFormat.FORMAT);
        }
        SegmentHeader header = new SegmentHeader(
                buffer.getLong(NUMBER_AT),
                buffer.getLong(SALT_AT),
                buffer.getLong(SEQUENCE_AT),
                (int) buffer.getLong(SIZE_AT),
                (buffer.getInt(FLAGS_AT) & FLAG_FILLED) != 0,
                buffer.getLong(FOLLOWS_AT));
        if (header.number != expectedNumber) {
            throw new LogDamagedException(path, NUMBER_AT, "its header is that of segment " + header.number);
        }
        if (file.bytes() != header.segmentBytes) {
            long end = Math.min(file.bytes(), header.segmentBytes);
            throw new LogDamagedException(
                    path, end, "the file has " + file.bytes() + " bytes instead of " + header.segmentBytes);
        }
        return header;
    }

    private static int checksum(ByteBuffer buffer) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(CRC_AT).position(0));
        return (int) crc.getValue();
    }
}
