package io.quorate.storage;

import io.quorate.node.port.Versions;
import java.util.ArrayList;
import java.util.List;

/**
 * How the log lays itself out, and what is read. All may change between two starts.
 *
 * @param segmentBytes size of each new segment file: 1 KiB to 256 MiB, a multiple of 512; default 64 MiB. Small segments
 *     are recycled sooner and cost a checkpoint more often
 * @param maxWriteBytes largest numbered write, in bytes of its entries' records: the turn's bound plus one largest entry;
 *     default 8 MiB. A larger one is refused with an exception. A segment must hold its header, a checkpoint of all groups,
 *     one such write and a mark, or the start is refused
 * @param fullRetryMillis how long housekeeping waits before it tries a full disk again: 1 to 60,000; default 1,000
 * @param versions the cluster versions whose logs are read; default those of this build
 */
public record LogOptions(int segmentBytes, int maxWriteBytes, int fullRetryMillis, Versions versions) {
    static final int MIN_SEGMENT_BYTES = 1 << 10;
    static final int MAX_SEGMENT_BYTES = 256 << 20;

    private static final LogOptions DEFAULTS = new LogOptions(64 << 20, 8 << 20, 1_000, Versions.CURRENT);

    /** @throws IllegalArgumentException that names every option out of its range, and the range */
    public LogOptions {
        List<String> problems = new ArrayList<>();
        if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes > MAX_SEGMENT_BYTES || segmentBytes % 512 != 0) {
            problems.add("segmentBytes must be a multiple of 512 from 1024 to 268435456, got " + segmentBytes);
        }
        if (maxWriteBytes < 64) {
            problems.add("maxWriteBytes must be at least 64, got " + maxWriteBytes);
        }
        if (fullRetryMillis < 1 || fullRetryMillis > 60_000) {
            problems.add("fullRetryMillis must be from 1 to 60000, got " + fullRetryMillis);
        }
        long least = LogFormat.leastSegmentBytes(LogFormat.BATCH_HEADER_BYTES, maxWriteBytes, 0);
        if (least > segmentBytes) {
            problems.add("segmentBytes must be at least " + least + " to hold a write of maxWriteBytes " + maxWriteBytes
                    + ", got " + segmentBytes);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    public static LogOptions defaults() {
        return DEFAULTS;
    }

    public LogOptions withSegmentBytes(int bytes) {
        return new LogOptions(bytes, maxWriteBytes, fullRetryMillis, versions);
    }

    public LogOptions withMaxWriteBytes(int bytes) {
        return new LogOptions(segmentBytes, bytes, fullRetryMillis, versions);
    }

    /** Both at once: a small segment is refused beside a large write. */
    public LogOptions withSizes(int segment, int maxWrite) {
        return new LogOptions(segment, maxWrite, fullRetryMillis, versions);
    }

    public LogOptions withFullRetryMillis(int millis) {
        return new LogOptions(segmentBytes, maxWriteBytes, millis, versions);
    }

    public LogOptions withVersions(Versions spoken) {
        return new LogOptions(segmentBytes, maxWriteBytes, fullRetryMillis, spoken);
    }
}
