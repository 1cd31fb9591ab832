package io.quorate.storage;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds where in a log a key may have been touched, by the filters of its segments, without changing anything, also while its
 * member runs. Segments that have no index are always among them.
 */
public final class LogHistory {
    /**
     * Entries that are not retained any more, and what their filter says.
     *
     * @param perhaps whether one of them may have touched the key; false: none has, for certain
     */
    public record Discarded(long segment, long firstIndex, long lastIndex, boolean perhaps) {}

    /**
     * What must be read, and what is known of the rest.
     *
     * @param firstIndex first entry that the log holds when its newest segment begins; a snapshot mark in that one that lies
     *     ahead of the entries before it took their place
     * @param retained how many segments the log has
     * @param segments numbers of those that must be read, rising
     * @param discarded the ranges before the retained segments of which a filter was kept, as far back as there are filters without
     *     a gap, rising
     */
    public record Plan(int group, long firstIndex, int retained, List<Long> segments, List<Discarded> discarded) {
        /**
         * The index before which no entry has touched the key, for certain; 1 if nothing is certain. What lies between it and
         * the first retained entry was perhaps touched, or nothing is known of it.
         */
        public long neverBefore() {
            long next = 1;
            for (Discarded range : discarded) {
                if (range.perhaps || range.firstIndex != next) {
                    break;
                }
                next = range.lastIndex + 1;
            }
            return next;
        }
    }

    private final Disk disk;
    private boolean usesFilters = true;

    /** @param disk only read from */
    public LogHistory(Disk disk) {
        this.disk = disk;
    }

    /** Without them every segment must be read, and of what was discarded nothing is known. For measuring. */
    public void useFilters(boolean use) {
        usesFilters = use;
    }

    /** @throws IOException also if there is no log */
    public Plan plan(int group, long keyHash) throws IOException {
        List<String> all = disk.list();
        Set<String> names = new HashSet<>(all);
        List<Long> retained = SegmentChain.numbers(disk, all);
        if (retained.isEmpty()) {
            throw new IOException("there is no log in " + disk.path(""));
        }
        List<Long> toRead = new ArrayList<>();
        for (long number : retained) {
            SegmentIndex index = index(number, names);
            SegmentIndex.Group entries = index == null ? null : index.group(group);
            if (index == null || (entries != null && entries.mayContain(keyHash))) {
                toRead.add(number);
            }
        }
        return new Plan(
                group,
                firstIndex(retained, group),
                retained.size(),
                toRead,
                discarded(retained.get(0), names, group, keyHash));
    }

    /**
     * The first entry that is retained when the newest segment begins: behind what the oldest segment's checkpoint knows as
     * gone, and behind the last snapshot that took the place of the log, which the newest one's knows.
     */
    private long firstIndex(List<Long> retained, int group) throws IOException {
        ByteBuffer oldest = groupRecord(retained.get(0), group);
        ByteBuffer newest = groupRecord(retained.get(retained.size() - 1), group);
        long behindGone = oldest == null ? 1 : LogRecord.index(oldest, 0) + 1;
        return newest == null
                ? behindGone
                : Math.max(behindGone, LogRecord.payload(newest, 0).getLong(0));
    }

    /** What a segment's checkpoint says of the group; null if it does not know it yet. */
    private @Nullable ByteBuffer groupRecord(long number, int group) throws IOException {
        String name = LogFormat.segmentName(number);
        try (DiskFile file = disk.open(name)) {
            SegmentScanner scanner = new SegmentScanner(file, SegmentHeader.read(file, disk.path(name), number));
            String flaw = scanner.load(LogFormat.SEGMENT_HEADER_BYTES);
            if (flaw != null) {
                throw new IOException(disk.path(name) + ": its checkpoint cannot be read (" + flaw + ")");
            }
            ByteBuffer buffer = scanner.buffer();
            int end = scanner.batchAt() + scanner.bytes();
            int at = scanner.batchAt() + LogFormat.BATCH_HEADER_BYTES;
            for (; at < end; at += LogRecord.sizeAt(buffer, at)) {
                if (LogRecord.kind(buffer, at) == RecordKind.GROUP && LogRecord.group(buffer, at) == group) {
                    return buffer.slice(at, LogRecord.sizeAt(buffer, at)).order(ByteOrder.LITTLE_ENDIAN);
                }
            }
            return null;
        }
    }

    private List<Discarded> discarded(long oldestRetained, Set<String> names, int group, long keyHash)
            throws IOException {
        List<Discarded> discarded = new ArrayList<>();
        for (long number = oldestRetained - 1; number > 0; number--) {
            SegmentIndex index = index(number, names);
            if (index == null) {
                break;
            }
            SegmentIndex.Group entries = index.group(group);
            if (entries != null) {
                boolean perhaps = entries.mayContain(keyHash);
                discarded.add(0, new Discarded(number, entries.firstIndex(), entries.lastIndex(), perhaps));
            }
        }
        return discarded;
    }

    /** Null if there is none that holds, or it is not that segment's. */
    private @Nullable SegmentIndex index(long number, Set<String> names) {
        if (!usesFilters || !names.contains(SegmentIndex.name(number))) {
            return null;
        }
        try {
            SegmentIndex index = SegmentIndex.read(disk, number);
            boolean discarded = !names.contains(LogFormat.segmentName(number));
            return discarded || index.salt() == salt(number) ? index : null;
        } catch (IOException e) {
            // Damaged, newer, or just gone: what it would have said is not known.
            return null;
        }
    }

    private long salt(long number) throws IOException {
        String name = LogFormat.segmentName(number);
        try (DiskFile file = disk.open(name)) {
            return SegmentHeader.read(file, disk.path(name), number).salt();
        }
    }

    /** Reads the segments of a plan: their records in the order of the log, each entry with its status. */
    public void read(Plan plan, LogReader.Visitor visitor) throws IOException {
        Set<Long> segments = new HashSet<>(plan.segments);
        List<LogReader.Skipped> skipped = new ArrayList<>();
        List<String> all = disk.list();
        Set<String> names = new HashSet<>(all);
        // Of the log only: what a cut at damage made void has an index as well, and took nothing of what came in its
        // place.
        for (long number : SegmentChain.numbers(disk, all)) {
            SegmentIndex index = segments.contains(number) ? null : index(number, names);
            SegmentIndex.Group entries = index == null ? null : index.group(plan.group);
            if (index != null && entries != null) {
                skipped.add(new LogReader.Skipped(
                        index.firstSequence(), plan.group, entries.firstIndex(), entries.lastIndex()));
            }
        }
        new LogReader(disk).read(visitor, segments::contains, skipped);
    }
}
