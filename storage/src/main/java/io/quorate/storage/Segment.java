package io.quorate.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One segment and where its entries lie: for each group a run of consecutive indexes with an offset each, four bytes an
 * entry. The extents are guarded by the {@link LogCatalog}.
 */
final class Segment {
    final SegmentHeader header;
    final String name;
    final DiskFile file;

    /** Bytes from the start that have blocks: the writer stays below, housekeeping raises it and never goes back. */
    private volatile int filledBytes;

    /** Bytes from the start that hold batches; raised by the writer. */
    private volatile int usedBytes;

    private final Map<Integer, Extent> extents = new TreeMap<>();
    private Extent latest = new Extent(-1);

    Segment(SegmentHeader header, String name, DiskFile file, int filledBytes) {
        this.header = header;
        this.name = name;
        this.file = file;
        this.filledBytes = filledBytes;
    }

    int filledBytes() {
        return filledBytes;
    }

    int usedBytes() {
        return usedBytes;
    }

    void used(int bytes) {
        usedBytes = bytes;
    }

    void filled(int bytes) {
        filledBytes = bytes;
    }

    boolean isFilled() {
        return filledBytes >= header.segmentBytes();
    }

    /** The entry's record begins there. */
    void add(int group, long index, int offset) {
        if (latest.group != group) {
            latest = extents.computeIfAbsent(group, Extent::new);
        }
        latest.add(index, offset);
    }

    /** Keeps only entries of the group within these bounds, both included. */
    void clip(int group, long firstIndex, long lastIndex) {
        Extent extent = extents.get(group);
        if (extent != null) {
            extent.clip(firstIndex, lastIndex);
        }
    }

    /** The offset of the entry's record, or -1. */
    int offset(int group, long index) {
        Extent extent = extents.get(group);
        return extent == null ? -1 : extent.offset(index);
    }

    /** The last entry of the group here, or -1 if there is none. */
    long lastIndex(int group) {
        Extent extent = extents.get(group);
        return extent == null || extent.count == 0 ? -1 : extent.first + extent.count - 1;
    }

    /** Consecutive entries of a group. */
    record Range(int group, long firstIndex, long lastIndex) {}

    /** The entries here that are retained, by group. */
    List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        for (Extent extent : extents.values()) {
            if (extent.count > 0) {
                ranges.add(new Range(extent.group, extent.first, extent.first + extent.count - 1));
            }
        }
        return ranges;
    }

    /** Consecutive entries of one group in one segment. */
    private static final class Extent {
        private final int group;
        private long first;
        private int count;
        private int[] offsets = new int[16];

        Extent(int group) {
            this.group = group;
        }

        void add(long index, int offset) {
            if (count == 0) {
                first = index;
            } else if (index != first + count) {
                throw new IllegalStateException("entry " + index + " follows entry " + (first + count - 1));
            }
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * count);
            }
            offsets[count++] = offset;
        }

        void clip(long firstIndex, long lastIndex) {
            count = first + count - 1 < firstIndex ? 0 : (int) Math.max(0, Math.min(count, lastIndex - first + 1));
        }

        int offset(long index) {
            return index < first || index >= first + count ? -1 : offsets[(int) (index - first)];
        }
    }
}
