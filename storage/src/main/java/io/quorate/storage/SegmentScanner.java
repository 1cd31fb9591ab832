package io.quorate.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads the batches of one segment in bounded pieces, and believes nothing before it is checked. */
final class SegmentScanner {
    private static final int WINDOW_BYTES = 256 << 10;

    private final DiskFile file;
    private final SegmentHeader header;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private int windowAt;
    private int batchAt;
    private boolean isWholeInSize;

    SegmentScanner(DiskFile file, SegmentHeader header) {
        this.file = file;
        this.header = header;
    }

    /**
     * Reads the batch at that offset.
     *
     * @return null when the batch, all of it, is what was written there in this life of the file; else what is wrong
     * @throws NewerFormatException if it is, and a later build wrote it
     */
    @Nullable
    String load(int offset) throws IOException {
        isWholeInSize = false;
        if (header.segmentBytes() - offset < LogFormat.BATCH_HEADER_BYTES) {
            return "the segment has no room for a batch here";
        }
        fetch(offset, LogFormat.BATCH_HEADER_BYTES);
        batchAt = offset - windowAt;
        if (!LogFormat.looksLikeBatch(window, batchAt, header.salt())) {
            return "no batch begins here";
        }
        int bytes = LogFormat.batchBytes(window, batchAt);
        if (bytes < LogFormat.BATCH_HEADER_BYTES || bytes > header.segmentBytes() - offset || bytes % 8 != 0) {
            return "the batch's length of " + Integer.toUnsignedString(bytes) + " bytes does not fit";
        }
        fetch(offset, bytes);
        batchAt = offset - windowAt;
        isWholeInSize = true;
        String flaw = LogFormat.batchFlaw(window, batchAt);
        String unknown = flaw == null ? LogFormat.unknownRecord(window, batchAt) : null;
        if (unknown != null) {
            throw NewerFormatException.ofRecord(LogFormat.segmentName(header.number()), offset, unknown);
        }
        return flaw;
    }

    /** Whether what was loaded last begins as a batch does and has a length that fits, whatever is wrong with it else. */
    boolean isWholeInSize() {
        return isWholeInSize;
    }

    long sequence() {
        return LogFormat.batchSequence(window, batchAt);
    }

    int bytes() {
        return LogFormat.batchBytes(window, batchAt);
    }

    /** 0 in a mark; a checkpoint of no groups has none either, and is told by its place. */
    int records() {
        return LogFormat.batchCount(window, batchAt);
    }

    /** Where {@link #batchAt} and the records of the loaded batch are; valid until the next load. */
    ByteBuffer buffer() {
        return window;
    }

    /** Position of the loaded batch's header in {@link #buffer}. */
    int batchAt() {
        return batchAt;
    }

    /**
     * Looks for a batch behind an offset that proves that what stands there was durable.
     *
     * @return its offset, loaded, or -1
     */
    int findLater(int offset, long sequence) throws IOException {
        for (int at = offset + 8; header.segmentBytes() - at >= LogFormat.BATCH_HEADER_BYTES; at += 8) {
            fetch(at, LogFormat.BATCH_HEADER_BYTES);
            int position = at - windowAt;
            if (LogFormat.looksLikeBatch(window, position, header.salt())
                    && LogFormat.batchSequence(window, position) > sequence
                    && load(at) == null) {
                return at;
            }
        }
        return -1;
    }

    /**
     * The whole batch with the lowest sequence that is no lower than that one, wherever it lies: a write may have gone to the wrong
     * place. It is loaded when one is found. A mark stands for the batch that was to follow it: it tells only of those before, and
     * of two of one sequence the batch is found.
     *
     * @param from the first place to look at
     * @return its place, or -1
     */
    int findNext(int from, long sequence) throws IOException {
        int found = -1;
        boolean foundMark = false;
        long lowest = Long.MAX_VALUE;
        for (int at = from; header.segmentBytes() - at >= LogFormat.BATCH_HEADER_BYTES; at += 8) {
            fetch(at, LogFormat.BATCH_HEADER_BYTES);
            int position = at - windowAt;
            if (LogFormat.looksLikeBatch(window, position, header.salt())) {
                long candidate = LogFormat.batchSequence(window, position);
                boolean isMark = LogFormat.batchCount(window, position) == 0;
                boolean isBetter = candidate < lowest || (candidate == lowest && foundMark && !isMark);
                if (candidate >= (isMark ? sequence + 1 : sequence) && isBetter && load(at) == null) {
                    found = at;
                    lowest = candidate;
                    foundMark = isMark;
                }
            }
        }
        if (found >= 0) {
            load(found);
        }
        return found;
    }

    private void fetch(int offset, int bytes) throws IOException {
        if (offset >= windowAt && offset + bytes <= windowAt + window.limit()) {
            return;
        }
        int wanted = Math.min(Math.max(bytes, WINDOW_BYTES), header.segmentBytes() - offset);
        if (window.capacity() < wanted) {
            window = ByteBuffer.allocate(wanted).order(ByteOrder.LITTLE_ENDIAN);
        }
        window.clear().limit(wanted);
        windowAt = offset;
        int count = file.read(window, offset);
        window.position(0);
        if (count < wanted) {
            throw new IOException("a segment of " + header.segmentBytes() + " bytes ended at " + (offset + count));
        }
    }
}
