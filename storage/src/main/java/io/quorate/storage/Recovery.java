package io.quorate.storage;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.Versions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log that a process left behind, whole or in the middle of anything. It stops at damage, and changes nothing then; what is
 * before the damage is in the catalog, and {@link LogRepair} may go on from there.
 *
 * <p>A batch that does not hold and has no valid later batch behind it never was reported: it is dropped whole. With one
 * behind it, it was durable once: that is damage, and nothing is changed. All segments but the last end where the next one's
 * first sequence says.
 */
final class Recovery {
    private final Disk disk;
    private final SnapshotCheck snapshots;
    private final Versions versions;
    private final LogCatalog catalog = new LogCatalog();
    private final List<DiskFile> files = new ArrayList<>();
    private List<String> voided = List.of();
    private boolean contradictsItself;
    private int endOffset;
    private long nextSequence = 1;
    private int lastBatchAt;
    private int lastBatchBytes;

    /** @param versions of clusters whose logs are read */
    Recovery(Disk disk, SnapshotCheck snapshots, Versions versions) {
        this.disk = disk;
        this.snapshots = snapshots;
        this.versions = versions;
    }

    LogCatalog catalog() {
        return catalog;
    }

    /** Where the next batch goes in the last segment. */
    int endOffset() {
        return endOffset;
    }

    /** The next batch's sequence. */
    long nextSequence() {
        return nextSequence;
    }

    /** Names of segments that a cut at damage has made void. */
    List<String> voided() {
        return voided;
    }

    /** After damage: whether what can be read contradicts itself, so that it is not known what before it counts. */
    boolean contradictsItself() {
        return contradictsItself;
    }

    /** After a failure. */
    void close() {
        files.forEach(DiskFile::close);
    }

    private void requireSpoken() throws NewerFormatException {
        for (GroupLog group : catalog.groups()) {
            String refusal = versions.refusal(group.version());
            if (refusal != null) {
                throw NewerFormatException.ofCluster(refusal);
            }
        }
    }

    /** A segment of the log, or why it cannot be read: {@code segment} is null then. */
    record Link(
            long number,
            @Nullable Segment segment,
            @Nullable LogDamagedException flaw) {
        Segment whole() throws LogDamagedException {
            if (segment == null) {
                throw Objects.requireNonNull(flaw);
            }
            return segment;
        }
    }

    /**
     * Reads all; changes nothing but flushes what the files hold.
     *
     * @throws NewerFormatException if a later build wrote it, or the cluster has a version that is not among those to be read, as far as
     *     that is told before any damage
     */
    void read() throws IOException {
        read(open());
    }

    /** Reads a log that begins with the first of these. */
    void read(List<Link> links) throws IOException {
        try {
            readAll(links);
        } catch (NewerFormatException | LogDamagedException flaw) {
            requireSpoken(); // Says it better, and a build that does not know the version must not repair anything.
            throw flaw;
        }
        requireSpoken();
    }

    private void readAll(List<Link> links) throws IOException {
        for (int i = 0; i < links.size(); i++) {
            Segment segment = links.get(i).whole();
            readCheckpoint(segment, i == 0);
            catalog.addSegment(segment);
            Segment next = i + 1 < links.size() ? links.get(i + 1).segment() : null;
            readBatches(segment, next);
        }
        requireWholeBehindMarks(links);
    }

    /** Opens the segments, from the oldest to the newest. */
    List<Link> open() throws IOException {
        // Only what is durable may be believed: a process that died may have left it in the page cache.
        disk.forceDirectory();
        List<String> names = disk.list();
        snapshots.find(names);
        flush(names);
        List<Long> numbers = SegmentChain.numbers(disk, names);
        voided = SegmentChain.voided(names, numbers);
        List<Link> links = new ArrayList<>();
        for (long number : numbers) {
            Link link = open(number);
            long missing =
                    link.segment() == null ? number - 1 : link.segment().header.predecessor();
            if (!links.isEmpty() && links.get(links.size() - 1).number() != missing) {
                String path = disk.path(LogFormat.segmentName(missing));
                String what = "the file is missing, though " + LogFormat.segmentName(number) + " follows it";
                links.add(new Link(missing, null, new LogDamagedException(path, 0, what)));
            }
            links.add(link);
        }
        return links;
    }

    private void flush(List<String> names) throws IOException {
        for (String name : names) {
            if (LogFormat.segmentNumber(name) != 0) {
                try (DiskFile file = disk.open(name)) {
                    file.force();
                }
            }
        }
    }

    private Link open(long number) throws IOException {
        String name = LogFormat.segmentName(number);
        DiskFile file = disk.open(name);
        files.add(file);
        try {
            SegmentHeader header = SegmentHeader.read(file, disk.path(name), number);
            return new Link(number, new Segment(header, name, file, header.filled() ? header.segmentBytes() : 0), null);
        } catch (LogDamagedException flaw) {
            return new Link(number, null, flaw);
        }
    }

    private void readCheckpoint(Segment segment, boolean oldest) throws IOException {
        SegmentScanner scanner = new SegmentScanner(segment.file, segment.header);
        int offset = LogFormat.SEGMENT_HEADER_BYTES;
        long first = segment.header.firstSequence();
        // A segment gets its name when its checkpoint is durable: a bad one is damage, never a torn write.
        String flaw = scanner.load(offset);
        if (flaw == null && scanner.sequence() != first) {
            flaw = "the checkpoint has sequence " + scanner.sequence() + " instead of " + first;
        }
        if (flaw == null && !oldest && first != nextSequence) {
            flaw = "the segment begins with sequence " + first + ", the one before it ends with " + (nextSequence - 1);
        }
        if (flaw != null) {
            throw damaged(segment, offset, "its checkpoint cannot be read (" + flaw + ")");
        }
        takeCheckpoint(segment, scanner, oldest);
        advance(offset, scanner.bytes());
        nextSequence = first + 1;
    }

    private void takeCheckpoint(Segment segment, SegmentScanner scanner, boolean oldest) throws IOException {
        int from = scanner.batchAt() + LogFormat.BATCH_HEADER_BYTES;
        int end = scanner.batchAt() + scanner.bytes();
        if (oldest) {
            catalog.begin(scanner.buffer(), from, end);
        } else if (segment.header.isBehindCut()) {
            catalog.goOnAt(scanner.buffer(), from, end);
        } else if (!catalog.agreesWith(scanner.buffer(), from, end)) {
            contradictsItself = true;
            throw damaged(
                    segment,
                    LogFormat.SEGMENT_HEADER_BYTES,
                    "its checkpoint does not agree with the records before it");
        }
    }

    private void advance(int offset, int bytes) {
        lastBatchAt = offset;
        lastBatchBytes = bytes;
        endOffset = offset + bytes;
    }

    private void readBatches(Segment segment, @Nullable Segment next) throws IOException {
        SegmentScanner scanner = new SegmentScanner(segment.file, segment.header);
        while (next == null || nextSequence < next.header.firstSequence()) {
            String flaw = scanner.load(endOffset);
            if (flaw == null && scanner.sequence() != nextSequence) {
                flaw = "the batch has sequence " + scanner.sequence() + " instead of " + nextSequence;
            }
            if (flaw == null && scanner.records() == 0) {
                flaw = "the log ends here";
            }
            if (flaw != null) {
                requireTail(segment, scanner, flaw, next);
                return;
            }
            takeBatch(segment, scanner);
        }
    }

    private void takeBatch(Segment segment, SegmentScanner scanner) throws IOException {
        int at = scanner.batchAt();
        int from = at + LogFormat.BATCH_HEADER_BYTES;
        String flaw = catalog.accept(segment, scanner.buffer(), from, at + scanner.bytes(), at - endOffset);
        if (flaw != null) {
            contradictsItself = true;
            throw damaged(segment, endOffset, flaw);
        }
        advance(endOffset, scanner.bytes());
        nextSequence++;
    }

    /** What does not hold is the end of the log only if nothing valid follows it. */
    private void requireTail(Segment segment, SegmentScanner scanner, String flaw, @Nullable Segment next)
            throws IOException {
        if (next != null) {
            throw damaged(segment, endOffset, flaw + ", though " + next.name + " follows; " + lost(null, 0, 0));
        }
        int later = scanner.findLater(endOffset, nextSequence);
        if (later >= 0) {
            String lost = lost(scanner, scanner.batchAt(), scanner.bytes());
            throw damaged(segment, endOffset, flaw + ", though a later batch follows at offset " + later + "; " + lost);
        }
    }

    /** Names what the damage may have taken: by group, from the last entry that holds to the next one that does. */
    private String lost(@Nullable SegmentScanner later, int batchAt, int batchBytes) {
        StringBuilder text = new StringBuilder("lost may be");
        for (GroupLog group : catalog.groups()) {
            text.append(" group ").append(Integer.toUnsignedString(group.group));
            text.append(" entries from ").append(group.lastIndex() + 1);
            long through = later == null ? -1 : firstEntry(later, batchAt, batchBytes, group.group) - 1;
            text.append(through < group.lastIndex() + 1 ? " on" : " to " + through)
                    .append(',');
        }
        return text.append(" and votes").toString();
    }

    private static long firstEntry(SegmentScanner scanner, int batchAt, int batchBytes, int group) {
        ByteBuffer buffer = scanner.buffer();
        int at = batchAt + LogFormat.BATCH_HEADER_BYTES;
        while (at < batchAt + batchBytes) {
            if (LogRecord.group(buffer, at) == group
                    && LogRecord.kind(buffer, at).isLogEntry()) {
                return LogRecord.index(buffer, at);
            }
            at += LogRecord.sizeAt(buffer, at);
        }
        return 0;
    }

    private void requireWholeBehindMarks(List<Link> links) throws IOException {
        for (GroupLog group : catalog.groups()) {
            if (group.firstIndex() > group.mark().index() + 1) {
                String missing = disk.path(LogFormat.segmentName(links.get(0).number() - 1));
                throw new LogDamagedException(
                        missing,
                        0,
                        "the file is missing: group " + Integer.toUnsignedString(group.group) + " needs its entries "
                                + (group.mark().index() + 1) + " to " + (group.firstIndex() - 1));
            }
            String flaw = group.chooseStart(snapshots);
            if (flaw != null) {
                throw new LogDamagedException(
                        disk.path(SnapshotFormat.name(group.group, group.mark().index())),
                        0,
                        "group " + Integer.toUnsignedString(group.group) + " has no snapshot to start from (" + flaw
                                + ")");
            }
        }
    }

    private LogDamagedException damaged(Segment segment, int offset, String what) {
        return new LogDamagedException(disk.path(segment.name), offset, what);
    }

    /**
     * Writes the last batch again in place: it is the only one that no later batch proves durable, and it may have been read
     * from a page that a failed flush left behind. Then puts the mark behind it, which also voids a dropped tail.
     */
    void secureEnd() throws IOException {
        Segment last = catalog.active();
        if (last == null) {
            return;
        }
        SegmentScanner scanner = new SegmentScanner(last.file, last.header);
        String flaw = scanner.load(lastBatchAt);
        if (flaw != null) {
            throw damaged(last, lastBatchAt, flaw);
        }
        ByteBuffer batch = scanner.buffer().slice(scanner.batchAt(), lastBatchBytes);
        last.file.write(batch, lastBatchAt);
        last.file.force();
        ByteBuffer mark = ByteBuffer.allocate(LogFormat.MARK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        LogFormat.putBatchHeader(mark, 0, last.header.salt(), nextSequence, LogFormat.MARK_BYTES, 0);
        last.file.write(mark, endOffset);
        last.file.force();
        last.used(endOffset);
        if (!last.isFilled()) {
            last.filled(endOffset + LogFormat.MARK_BYTES);
        }
    }
}
