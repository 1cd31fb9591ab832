package io.quorate.storage;

import io.quorate.node.port.Agent;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore.FoundRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads, fills and recycles segments, one bounded piece a turn. It alone removes segments and it alone reads them, so a
 * segment being read cannot go.
 */
final class Housekeeping implements Agent {
    /** Filled at a time, each piece flushed; also what a new log fills before it serves. */
    static final int FILL_BYTES = 1 << 20;

    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(FILL_BYTES).asReadOnlyBuffer();
    private static final int MAX_ENTRIES_PER_READ = 4096;

    /** A read that waits. */
    private record Read(int group, long firstIndex, long lastIndex, int maxBytes, long token) {}

    private final SegmentedLog log;
    private final Disk disk;
    private final LogOptions options;
    private final LogCatalog catalog;
    private final SegmentIndexer indexer;
    private final ArrayDeque<Read> reads = new ArrayDeque<>();
    private final int[] offsets = new int[MAX_ENTRIES_PER_READ];
    /** Segments that a cut at damage has made void, and that stay until what was lost is back. */
    private List<String> voided = List.of();

    private @Nullable DiskFile filling;
    private int filledBytes;
    private boolean hasJustRead;
    private boolean full;
    private long retryAt;

    /** Damage was met: whoever has the log ends soon. */
    private boolean isOver;

    Housekeeping(SegmentedLog log, Disk disk, LogOptions options, LogCatalog catalog) {
        this.log = log;
        this.disk = disk;
        this.options = options;
        this.catalog = catalog;
        indexer = new SegmentIndexer(disk, catalog);
    }

    SegmentIndexer indexer() {
        return indexer;
    }

    void read(int group, long firstIndex, long lastIndex, int maxBytes, long token) {
        synchronized (reads) {
            reads.addLast(new Read(group, firstIndex, lastIndex, maxBytes, token));
        }
    }

    @Override
    public long turn(long nowNanos) {
        if (isOver || log.hasFailed()) {
            return NEVER;
        }
        try {
            return step(nowNanos);
        } catch (LogDamagedException e) {
            isOver = true;
            log.listener().damaged("an entry is damaged, and the next start cuts the log there: " + e.getMessage(), e);
            return NEVER;
        } catch (IOException | RuntimeException e) {
            log.fail("the log cannot be read or made longer", e);
            return NEVER;
        }
    }

    /**
     * One piece of the most urgent work: what somebody waits for, then room to write, then tidiness. Behind each read the
     * others have a turn: reads may come for ever, and the writer must not wait for ever for its room.
     */
    private long step(long nowNanos) throws IOException {
        long next = NEVER;
        if (hasJustRead) {
            hasJustRead = false;
            next = makeRoom(nowNanos);
        }
        if (next <= nowNanos) {
            return next;
        }
        Read read = nextRead();
        if (read == null) {
            return makeRoom(nowNanos);
        }
        log.listener().read(find(read));
        hasJustRead = true;
        return nowNanos;
    }

    private long makeRoom(long nowNanos) throws IOException {
        // Before its segment can go: the index is all that stays of it.
        if (indexer.step() || retire()) {
            return nowNanos;
        }
        if (full && nowNanos < retryAt) {
            return retryAt;
        }
        try {
            if (fillActive() || prepareSpare()) {
                return nowNanos;
            }
            // Only now is there room for certain: a file system may promise it and not have it.
            full(false);
            return NEVER;
        } catch (DiskFullException e) {
            dropUnfilledSpare();
            full(true);
            retryAt = nowNanos + options.fullRetryMillis() * 1_000_000L;
            return retryAt;
        }
    }

    private void full(boolean now) {
        if (full != now) {
            full = now;
            log.listener().diskFull(now);
        }
    }

    private @Nullable Read nextRead() {
        synchronized (reads) {
            return reads.pollFirst();
        }
    }

    // Reading.

    private FoundRecords find(Read read) throws IOException {
        long end = Math.min(read.lastIndex + 1, catalog.readEnd(read.group));
        Segment segment = read.firstIndex < end ? catalog.find(read.group, read.firstIndex) : null;
        if (segment == null) {
            return new FoundRecords(read.group, read.token, read.firstIndex, read.firstIndex - 1, null);
        }
        int count = catalog.offsets(segment, read.group, read.firstIndex, end, offsets);
        return readRecords(segment, read, count);
    }

    /** Reads the span that holds the entries, and leaves out what lies between them. */
    private FoundRecords readRecords(Segment segment, Read read, int count) throws IOException {
        int start = offsets[0];
        int end = spanEnd(segment, read, count);
        ByteBuffer span = ByteBuffer.allocate(end - start).order(ByteOrder.LITTLE_ENDIAN);
        if (segment.file.read(span, start) < end - start) {
            throw new LogDamagedException(disk.path(segment.name), start, "the file ends within its records");
        }
        int bytes = 0;
        int kept = 0;
        for (; kept < count; kept++) {
            int at = offsets[kept] - start;
            if (at + LogRecord.HEADER_BYTES > end - start || at + LogRecord.sizeAt(span, at) > end - start) {
                break;
            }
            requireEntry(segment, span, at, read.group, read.firstIndex + kept);
            int size = LogRecord.sizeAt(span, at);
            span.put(bytes, span, at, size);
            bytes += size;
        }
        span.limit(bytes).position(0);
        return new FoundRecords(read.group, read.token, read.firstIndex, read.firstIndex + kept - 1, span);
    }

    /** Where the span that is read ends: at the bound, but not within the first record. */
    private int spanEnd(Segment segment, Read read, int count) throws IOException {
        int first = recordEnd(segment, offsets[0]);
        int bound = (int) Math.min((long) offsets[0] + read.maxBytes, segment.header.segmentBytes());
        if (offsets[count - 1] >= bound) {
            return Math.max(first, bound);
        }
        return Math.max(first, Math.min(bound, recordEnd(segment, offsets[count - 1])));
    }

    private int recordEnd(Segment segment, int offset) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(LogRecord.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        segment.file.read(length, offset);
        int bytes = LogRecord.payloadBytes(length, 0);
        if (bytes < 0 || bytes > segment.header.segmentBytes() - offset - LogRecord.HEADER_BYTES) {
            throw new LogDamagedException(disk.path(segment.name), offset, "a record's length does not fit");
        }
        return offset + LogRecord.size(bytes);
    }

    private void requireEntry(Segment segment, ByteBuffer span, int at, int group, long index) throws IOException {
        String flaw = LogRecord.flaw(span, at, span.limit());
        if (flaw == null && (LogRecord.group(span, at) != group || LogRecord.index(span, at) != index)) {
            flaw = "another record stands there";
        }
        if (flaw != null) {
            throw new LogDamagedException(
                    disk.path(segment.name),
                    offsets[0] + at,
                    "entry " + index + " of group " + Integer.toUnsignedString(group) + " cannot be read: " + flaw);
        }
    }

    // Making room.

    /** Gives the oldest segment back, when nobody needs it. */
    private boolean retire() throws IOException {
        Segment segment = catalog.removeOldest();
        if (segment == null) {
            return false;
        }
        dropVoid(); // Before the header that says so can go.
        boolean reusable = segment.isFilled() && segment.header.segmentBytes() == options.segmentBytes();
        if (catalog.hasSpare() || !reusable) {
            segment.file.close();
            disk.delete(segment.name);
            disk.forceDirectory();
            return true;
        }
        dropUnfilledSpare();
        disk.rename(segment.name, LogFormat.SPARE);
        disk.forceDirectory();
        spareReady(segment.file);
        full(false);
        return true;
    }

    private void spareReady(DiskFile file) {
        catalog.spare(file);
        log.wakeWriter();
    }

    /** Gives blocks to the next piece of the segment being written, ahead of the writer. */
    private boolean fillActive() throws IOException {
        Segment active = catalog.active();
        if (active == null || active.isFilled()) {
            return false;
        }
        int from = active.filledBytes();
        int end = Math.min(from + FILL_BYTES, active.header.segmentBytes());
        active.file.write(ZEROS.duplicate().limit(end - from), from);
        forceActive(active);
        active.filled(end);
        log.wakeWriter();
        return true;
    }

    /**
     * The writer's batches are in that file, too, and the system tells of a page that it could not write once: to this flush, not
     * to the writer's next one. So whatever made it fail, a full disk among it, the log is over.
     */
    private static void forceActive(Segment active) throws IOException {
        try {
            active.file.force();
        } catch (DiskFullException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static void fill(DiskFile file, int from, int end) throws IOException {
        file.write(ZEROS.duplicate().limit(end - from), from);
        file.force();
    }

    private boolean prepareSpare() throws IOException {
        if (catalog.hasSpare()) {
            return false;
        }
        if (filling == null) {
            requireRoom("the next");
            createUnfilled();
            return true;
        }
        if (filledBytes > filledEnough()) {
            return false;
        }
        int end = Math.min(filledBytes + FILL_BYTES, options.segmentBytes());
        fill(filling, filledBytes, end);
        filledBytes = end;
        if (end == options.segmentBytes()) {
            disk.rename(LogFormat.UNFILLED_SPARE, LogFormat.SPARE);
            disk.forceDirectory();
            DiskFile ready = filling;
            filling = null;
            spareReady(ready);
        }
        return true;
    }

    private void requireRoom(String which) throws IOException {
        long free = disk.freeBytes();
        if (free < options.segmentBytes()) {
            throw new DiskFullException("no room for " + which + " segment of the log: "
                    + disk.path(LogFormat.UNFILLED_SPARE) + " needs " + options.segmentBytes() + " bytes, " + free
                    + " are free");
        }
    }

    /**
     * Filling keeps pace with writing, twice as fast, so that it never makes a burst of its own beside the writer's flushes:
     * the spare is ready when the segment being written is half full. The writer wakes housekeeping at every piece. While the
     * disk is full nothing is written, so nothing is waited for.
     */
    private long filledEnough() {
        Segment active = catalog.active();
        return active == null || full ? Long.MAX_VALUE : 2L * active.usedBytes();
    }

    /** The file is known to {@link #dropUnfilledSpare} before anything else can fail. */
    private DiskFile createUnfilled() throws IOException {
        DiskFile file = disk.create(LogFormat.UNFILLED_SPARE, options.segmentBytes());
        filling = file;
        filledBytes = 0;
        file.force();
        disk.forceDirectory();
        return file;
    }

    /** A full disk must not be kept full by half a spare: snapshots need room, too. */
    private void dropUnfilledSpare() throws IOException {
        if (filling != null) {
            filling.close();
            filling = null;
            disk.delete(LogFormat.UNFILLED_SPARE);
            disk.forceDirectory();
        }
    }

    private void dropVoid() throws IOException {
        for (String name : voided) {
            disk.delete(name);
        }
        voided = List.of();
        disk.forceDirectory();
    }

    /** Once the damaged log has back what was lost, what a cut left is of no use any more. */
    void keepVoid(List<String> names) throws IOException {
        voided = names;
        if (!names.isEmpty() && !catalog.isDamaged()) {
            dropVoid();
        }
    }

    /** Takes up the spare and the indexes that a former process left; void leftovers go. */
    void adoptLeftovers() throws IOException {
        for (String name : disk.list()) {
            if (name.equals(LogFormat.UNFILLED_SPARE) || name.endsWith(SegmentIndex.TEMPORARY)) {
                disk.delete(name);
            } else if (SegmentIndex.number(name) != 0) {
                indexer.adopt(SegmentIndex.number(name));
            } else if (name.equals(LogFormat.SPARE)) {
                adopt();
            }
        }
        disk.forceDirectory();
    }

    private void adopt() throws IOException {
        DiskFile file = disk.open(LogFormat.SPARE);
        if (file.bytes() == options.segmentBytes()) {
            catalog.spare(file);
        } else {
            file.close();
            disk.delete(LogFormat.SPARE);
        }
    }

    /**
     * The first segment of a new log: only its first piece is filled before the log serves. There must be room for all of it,
     * though: a log that is full before it holds anything would wait for room, and nobody knows it yet.
     */
    void startFirstSegment(LogWriter writer) throws IOException {
        requireRoom("the first");
        DiskFile file = createUnfilled();
        int end = Math.min(FILL_BYTES, options.segmentBytes());
        fill(file, 0, end);
        filling = null;
        writer.startSegment(file, LogFormat.UNFILLED_SPARE, end);
    }

    void close() {
        DiskFile open = filling;
        if (open != null) {
            open.close();
        }
    }
}
