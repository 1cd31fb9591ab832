package io.quorate.storage;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore.GroupImage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is durable, and where it lies: the groups, the segments from oldest to the one being written, and the spare. Shared by
 * the loop (bounds), the writer (adds what it flushed) and housekeeping (reads, removes); every method takes the lock for a
 * short time and none touches the disk.
 */
final class LogCatalog {
    private final Map<Integer, GroupLog> groups = new TreeMap<>();
    private final Map<Integer, Bounds> bounds = new TreeMap<>();
    private final Deque<Segment> segments = new ArrayDeque<>();
    private @Nullable DiskFile spare;

    /** What the loop asked for and the writer has not done yet. */
    private static final class Bounds {
        long removeBefore;
        int truncationsInFlight;
        long readBelow = Long.MAX_VALUE;
    }

    // The groups.

    /**
     * Takes the records of a batch that is durable.
     *
     * @param base subtracted from positions to get offsets in the segment
     * @return null, or why a record cannot follow what came before
     */
    synchronized @Nullable String accept(Segment segment, ByteBuffer buffer, int from, int end, int base) {
        for (int at = from; at < end; at += LogRecord.sizeAt(buffer, at)) {
            String flaw = accept(segment, buffer, at, at - base);
            if (flaw != null) {
                return flaw;
            }
        }
        return null;
    }

    private @Nullable String accept(Segment segment, ByteBuffer buffer, int at, int offset) {
        GroupLog group = group(LogRecord.group(buffer, at));
        String flaw = group.accept(buffer, at);
        if (flaw != null) {
            return "group " + Integer.toUnsignedString(group.group) + ": " + flaw;
        }
        switch (LogRecord.kind(buffer, at)) {
            case ENTRY, NO_OP, MEMBERSHIP, STATE_HASH -> segment.add(group.group, group.lastIndex(), offset);
            case TRUNCATE_FROM, SNAPSHOT_MARK ->
                segments.forEach(each -> each.clip(group.group, group.firstIndex(), group.lastIndex()));
            case HARD_STATE, GROUP, DAMAGE -> {}
        }
        return null;
    }

    private GroupLog latest = new GroupLog(-1);

    private GroupLog group(int number) {
        if (latest.group != number || groups.get(number) != latest) {
            latest = groups.computeIfAbsent(number, GroupLog::new);
        }
        return latest;
    }

    /** Takes the checkpoint of the oldest segment: all that is known of what went before it. */
    synchronized void begin(ByteBuffer buffer, int from, int end) {
        for (int at = from; at < end; at += LogRecord.sizeAt(buffer, at)) {
            GroupLog group = group(LogRecord.group(buffer, at));
            switch (LogRecord.kind(buffer, at)) {
                case GROUP -> group.beginAt(buffer, at);
                case HARD_STATE, SNAPSHOT_MARK, DAMAGE -> group.accept(buffer, at);
                case ENTRY, NO_OP, MEMBERSHIP, STATE_HASH, TRUNCATE_FROM ->
                    throw new IllegalArgumentException("a checkpoint holds no " + LogRecord.kind(buffer, at));
            }
        }
    }

    /** Takes the checkpoint of a segment behind a cut at damage: it says what of the log before it counts. */
    synchronized void goOnAt(ByteBuffer buffer, int from, int end) {
        for (int at = from; at < end; at += LogRecord.sizeAt(buffer, at)) {
            group(LogRecord.group(buffer, at)).goOnAt(buffer, at);
        }
        clipSegments();
    }

    private void clipSegments() {
        for (GroupLog group : groups.values()) {
            segments.forEach(each -> each.clip(group.group, group.firstIndex(), group.lastIndex()));
        }
    }

    /** Whether entries of a group that were acknowledged are lost and not back. */
    synchronized boolean isDamaged() {
        return groups.values().stream().anyMatch(group -> group.lostThrough() != 0);
    }

    /** Whether a later segment's checkpoint says what the segments before it amount to. */
    synchronized boolean agreesWith(ByteBuffer buffer, int from, int end) {
        int checked = 0;
        for (int at = from; at < end; at += LogRecord.sizeAt(buffer, at)) {
            GroupLog group = groups.get(LogRecord.group(buffer, at));
            if (group == null || !group.agreesWith(buffer, at)) {
                return false;
            }
            checked++;
        }
        return checked == checkpointRecords();
    }

    synchronized List<GroupImage> images() {
        List<GroupImage> images = new ArrayList<>();
        groups.forEach((number, group) -> images.add(new GroupImage(number, group.image())));
        images.sort((a, b) -> Integer.compareUnsigned(a.group(), b.group()));
        return List.copyOf(images);
    }

    synchronized List<GroupLog> groups() {
        return List.copyOf(groups.values());
    }

    synchronized int checkpointBytes() {
        int bytes = LogFormat.BATCH_HEADER_BYTES;
        for (GroupLog group : groups.values()) {
            bytes += group.checkpointBytes();
        }
        return bytes;
    }

    synchronized int markRecordBytes() {
        return groups.values().stream()
                .mapToInt(GroupLog::markRecordBytes)
                .max()
                .orElse(0);
    }

    /** Writes the records of a checkpoint batch; returns how many. */
    synchronized int putCheckpoint(ByteBuffer target) {
        groups.values().forEach(group -> group.putCheckpoint(target));
        return checkpointRecords();
    }

    private int checkpointRecords() {
        return groups.values().stream().mapToInt(GroupLog::checkpointRecords).sum();
    }

    /** Puts what a segment begins with at the buffer's beginning, header and checkpoint; returns its size. */
    synchronized int putStart(ByteBuffer target, SegmentHeader header) {
        header.put(target);
        target.position(LogFormat.SEGMENT_HEADER_BYTES + LogFormat.BATCH_HEADER_BYTES);
        int bytes = checkpointBytes();
        int count = putCheckpoint(target);
        LogFormat.putBatchHeader(
                target, LogFormat.SEGMENT_HEADER_BYTES, header.salt(), header.firstSequence(), bytes, count);
        return target.position();
    }

    // What the loop asks for.

    synchronized void removeBefore(int group, long index) {
        Bounds asked = bounds.computeIfAbsent(group, absent -> new Bounds());
        asked.removeBefore = Math.max(asked.removeBefore, index);
    }

    /** Reads asked for from now on must not find what a queued write will truncate. */
    synchronized void truncationQueued(int group, long from) {
        Bounds asked = bounds.computeIfAbsent(group, absent -> new Bounds());
        asked.truncationsInFlight++;
        asked.readBelow = Math.min(asked.readBelow, from);
    }

    synchronized void truncationDone(int group) {
        Bounds asked = bounds.computeIfAbsent(group, absent -> new Bounds());
        if (--asked.truncationsInFlight == 0) {
            asked.readBelow = Long.MAX_VALUE;
        }
    }

    /** First index that no read may give now. */
    synchronized long readEnd(int group) {
        GroupLog log = groups.get(group);
        Bounds asked = bounds.get(group);
        long persisted = log == null ? 0 : log.lastIndex() + 1;
        return asked == null ? persisted : Math.min(persisted, asked.readBelow);
    }

    // The segments.

    synchronized void addSegment(Segment segment) {
        segments.addLast(segment);
    }

    synchronized List<Segment> segments() {
        return List.copyOf(segments);
    }

    synchronized @Nullable Segment active() {
        return segments.peekLast();
    }

    /** The segment that holds the entry, or null. */
    synchronized @Nullable Segment find(int group, long index) {
        for (var newest = segments.descendingIterator(); newest.hasNext(); ) {
            Segment segment = newest.next();
            if (segment.offset(group, index) >= 0) {
                return segment;
            }
        }
        return null;
    }

    /** Offsets of consecutive entries from that index in one segment; returns how many of {@code offsets} it set. */
    synchronized int offsets(Segment segment, int group, long index, long end, int[] offsets) {
        int count = 0;
        while (count < offsets.length && index + count < end) {
            int offset = segment.offset(group, index + count);
            if (offset < 0) {
                break;
            }
            offsets[count++] = offset;
        }
        return count;
    }

    /** What a segment holds now. */
    synchronized List<Segment.Range> ranges(Segment segment) {
        return segment.ranges();
    }

    /** First indexes and terms, alternating, of the runs of equal term in a range. */
    synchronized long[] termRuns(Segment.Range range) {
        return group(range.group()).termRuns(range.firstIndex(), range.lastIndex());
    }

    /** The last durable entry of a group, 0 for none. */
    synchronized long lastIndex(int group) {
        GroupLog log = groups.get(group);
        return log == null ? 0 : log.lastIndex();
    }

    /** Takes the oldest segment out, if no group needs an entry in it and it is not being written. */
    synchronized @Nullable Segment removeOldest() {
        Segment oldest = segments.peekFirst();
        if (oldest == null || segments.size() == 1) {
            return null;
        }
        for (GroupLog group : groups.values()) {
            if (oldest.lastIndex(group.group) >= neededFrom(group)) {
                return null;
            }
        }
        segments.removeFirst();
        for (GroupLog group : groups.values()) {
            group.forgetBelow(oldest.lastIndex(group.group) + 1);
        }
        return oldest;
    }

    /** Only what a durable mark covers may go, whatever was asked. */
    private long neededFrom(GroupLog group) {
        Bounds asked = bounds.get(group.group);
        return asked == null ? 0 : Math.min(asked.removeBefore, group.start().index() + 1);
    }

    // The spare, a file of full length and filled, named LogFormat.SPARE.

    synchronized void spare(DiskFile file) {
        spare = file;
    }

    synchronized boolean hasSpare() {
        return spare != null;
    }

    synchronized @Nullable DiskFile takeSpare() {
        DiskFile taken = spare;
        spare = null;
        return taken;
    }
}
