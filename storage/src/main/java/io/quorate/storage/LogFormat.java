package io.quorate.storage;

import io.quorate.node.port.LogRecord;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Sizes, names and the batch header of the log; the drawing is at {@link SegmentedLog}. All buffers are little endian. */
final class LogFormat {
    static final int FORMAT = 1;
    static final int SEGMENT_HEADER_BYTES = 64;
    static final int BATCH_HEADER_BYTES = 32;
    /** A mark is a batch without records. */
    static final int MARK_BYTES = BATCH_HEADER_BYTES;
    /** A spare whose every block was written, so that its overwriting changes no metadata. */
    static final String SPARE = "spare";
    /** A spare that is not filled yet; void at the next start. */
    static final String UNFILLED_SPARE = "spare.tmp";

    static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private static final int BATCH_MAGIC = 0x54_42_51_0a;

    private static final String PREFIX = "log-";
    private static final int DIGITS = 16;
    private static final int CRC_AT = 4;
    private static final int SALT_AT = 8;
    private static final int SEQUENCE_AT = 16;
    private static final int BYTES_AT = 24;
    private static final int COUNT_AT = 28;
    private static final int CONTROL_RECORD_BYTES = LogRecord.size(8) + LogRecord.size(0);

    private LogFormat() {}

    static String segmentName(long number) {
        return String.format(Locale.ROOT, "%s%0" + DIGITS + "d", PREFIX, number);
    }

    /** @return 0 for a name that is no segment's */
    static long segmentNumber(String name) {
        if (name.length() != PREFIX.length() + DIGITS || !name.startsWith(PREFIX)) {
            return 0;
        }
        long number = 0;
        for (int at = PREFIX.length(); at < name.length(); at++) {
            int digit = name.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** The size of which a segment holds its header, the checkpoint, one largest write and a mark. */
    static long leastSegmentBytes(long checkpointBytes, long maxWriteBytes, long markRecordBytes) {
        return SEGMENT_HEADER_BYTES
                + checkpointBytes
                + BATCH_HEADER_BYTES
                + CONTROL_RECORD_BYTES
                + markRecordBytes
                + maxWriteBytes
                + MARK_BYTES;
    }

    /** Writes the header of the batch at {@code at}, whose records are in place behind it. */
    static void putBatchHeader(ByteBuffer buffer, int at, long salt, long sequence, int bytes, int count) {
        buffer.putInt(at, BATCH_MAGIC);
        buffer.putLong(at + SALT_AT, salt);
        buffer.putLong(at + SEQUENCE_AT, sequence);
        buffer.putInt(at + BYTES_AT, bytes);
        buffer.putInt(at + COUNT_AT, count);
        buffer.putInt(at + CRC_AT, batchChecksum(buffer, at, at + bytes));
    }

    /** Whether a batch of that salt may begin there; its checksum is not asked. */
    static boolean looksLikeBatch(ByteBuffer buffer, int at, long salt) {
        return buffer.getInt(at) == BATCH_MAGIC && buffer.getLong(at + SALT_AT) == salt;
    }

    static long batchSequence(ByteBuffer buffer, int at) {
        return buffer.getLong(at + SEQUENCE_AT);
    }

    /** Its whole size, header included. */
    static int batchBytes(ByteBuffer buffer, int at) {
        return buffer.getInt(at + BYTES_AT);
    }

    static int batchCount(ByteBuffer buffer, int at) {
        return buffer.getInt(at + COUNT_AT);
    }

    /**
     * What is wrong with the batch at {@code at}, whose length was checked and whose bytes are all there.
     *
     * @return null when it and every record in it are what was written, be it by a later build: see {@link #unknownRecord}
     */
    static @Nullable String batchFlaw(ByteBuffer buffer, int at) {
        int end = at + batchBytes(buffer, at);
        int count = 0;
        for (int record = at + BATCH_HEADER_BYTES; record < end; count++) {
            String flaw = LogRecord.damage(buffer, record, end);
            if (flaw != null) {
                return "record " + count + " of the batch: " + flaw;
            }
            record += LogRecord.sizeAt(buffer, record);
        }
        if (count != batchCount(buffer, at)) {
            return "the batch holds " + count + " records instead of " + batchCount(buffer, at);
        }
        if (buffer.getInt(at + CRC_AT) != batchChecksum(buffer, at, end)) {
            return "the batch's checksum does not hold";
        }
        return null;
    }

    /**
     * What this build does not know in a batch that holds. It was written, and perhaps acknowledged: it must not pass for a torn one,
     * which is dropped.
     */
    static @Nullable String unknownRecord(ByteBuffer buffer, int at) {
        int end = at + batchBytes(buffer, at);
        for (int record = at + BATCH_HEADER_BYTES; record < end; record += LogRecord.sizeAt(buffer, record)) {
            String unknown = LogRecord.unknown(buffer, record);
            if (unknown != null) {
                return "the record of index " + LogRecord.index(buffer, record) + ": " + unknown;
            }
        }
        return null;
    }

    /**
     * Whether the header of the batch at {@code at}, whose length was checked and whose bytes are all there, and the sizes of its records
     * are as they were written: then each record can be looked at by itself.
     */
    static boolean holdsTogether(ByteBuffer buffer, int at) {
        int end = at + batchBytes(buffer, at);
        int count = 0;
        int record = at + BATCH_HEADER_BYTES;
        for (; end - record >= LogRecord.HEADER_BYTES; count++) {
            int length = LogRecord.payloadBytes(buffer, record);
            if (length < 0 || length > end - record - LogRecord.HEADER_BYTES) {
                return false;
            }
            record += LogRecord.size(length);
        }
        return record == end
                && count == batchCount(buffer, at)
                && buffer.getInt(at + CRC_AT) == batchChecksum(buffer, at, end);
    }

    /** Over the header's fields behind the checksum and the checksum field of each record: four bytes a record, not all. */
    private static int batchChecksum(ByteBuffer buffer, int at, int end) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(at + BATCH_HEADER_BYTES).position(at + SALT_AT));
        for (int record = at + BATCH_HEADER_BYTES; record < end; record += LogRecord.sizeAt(buffer, record)) {
            int field = LogRecord.checksumAt(buffer, record);
            crc.update(field);
            crc.update(field >>> 8);
            crc.update(field >>> 16);
            crc.update(field >>> 24);
        }
        return (int) crc.getValue();
    }
}
