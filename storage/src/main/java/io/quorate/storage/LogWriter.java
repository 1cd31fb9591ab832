package io.quorate.storage;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore.LogWrite;
import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.Effects;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes numbered writes durable: all that waits, as far as the segment has room, becomes one batch, and no batch is written
 * before the one ahead of it is flushed. One turn is at most one flush of a batch, and at times a change of segment.
 */
final class LogWriter implements Agent {
    /** Waiting writes beyond this wait for the next batch: a longer one would make all of them wait, and gain nothing. */
    private static final int BATCH_BYTES = 8 << 20;

    private static final int FIRST_BUFFER_BYTES = 64 << 10;

    private final Disk disk;
    private final LogOptions options;
    private final Entropy entropy;
    private final LogCatalog catalog;
    private final WriteQueue queue;
    private final SegmentedLog log;
    private final List<LogWrite> batch = new ArrayList<>();
    private ByteBuffer buffer;
    private @Nullable Segment active;
    private int offset;
    private int records;
    private long sequence;

    LogWriter(SegmentedLog log, Disk disk, LogOptions options, Entropy entropy, Recovery recovery, WriteQueue queue) {
        this.log = log;
        this.disk = disk;
        this.options = options;
        this.entropy = entropy;
        this.queue = queue;
        buffer = allocate(Math.min(options.segmentBytes(), FIRST_BUFFER_BYTES));
        catalog = recovery.catalog();
        active = catalog.active();
        offset = recovery.endOffset();
        sequence = recovery.nextSequence();
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long turn(long nowNanos) {
        if (log.hasFailed()) {
            return NEVER;
        }
        try {
            return write() ? nowNanos : NEVER;
        } catch (IOException | RuntimeException e) {
            log.fail("the log cannot be written", e);
            return NEVER;
        }
    }

    /** Returns whether it can go on at once. */
    private boolean write() throws IOException {
        LogWrite head = queue.peek();
        if (head == null || !makeRoom(head)) {
            return false;
        }
        gather();
        flush();
        boolean more = queue.peek() != null;
        if (!more) {
            writeMark();
        }
        return more;
    }

    /** Whether the write fits; if not, housekeeping wakes the writer when it has made room. */
    private boolean makeRoom(LogWrite write) throws IOException {
        int bytes = LogFormat.BATCH_HEADER_BYTES + bytes(write) + LogFormat.MARK_BYTES;
        if (active == null || offset + bytes > active.header.segmentBytes()) {
            if (!startSegment()) {
                return false;
            }
            if (offset + bytes > active().header.segmentBytes()) {
                throw new IllegalStateException(
                        "a segment of " + active().header.segmentBytes()
                                + " bytes cannot hold its checkpoint of " + offset + " bytes and a write of " + bytes
                                + ": start with larger segments");
            }
        }
        return offset + bytes <= active().filledBytes();
    }

    private Segment active() {
        if (active == null) {
            throw new IllegalStateException("no segment is open");
        }
        return active;
    }

    /** Puts as many whole writes into the buffer as there is room for. */
    private void gather() {
        batch.clear();
        records = 0;
        buffer.clear().position(LogFormat.BATCH_HEADER_BYTES);
        int room = active().filledBytes() - LogFormat.MARK_BYTES - offset;
        for (LogWrite next = queue.peek(); next != null; next = queue.peek()) {
            int bytes = bytes(next);
            boolean full = buffer.position() + bytes > room || buffer.position() + bytes > BATCH_BYTES;
            if (full && !batch.isEmpty()) {
                return;
            }
            put(next, bytes);
            batch.add(queue.poll());
        }
    }

    private static int bytes(LogWrite write) {
        Effects.Write control = write.write();
        long bytes = write.recordBytes();
        if (control.mark() != null) {
            bytes += LogRecord.size(
                    MembershipCodec.encode(control.mark().membership()).remaining());
        }
        bytes += control.truncateFrom() != 0 ? LogRecord.size(0) : 0;
        bytes += control.hardState() != null ? LogRecord.size(Long.BYTES) : 0;
        return Math.toIntExact(bytes);
    }

    private void put(LogWrite write, int bytes) {
        reserve(bytes);
        records += controlRecords(write.write());
        int start = buffer.position();
        Effects.Write control = write.write();
        if (control.mark() != null) {
            GroupLog.putMark(buffer, write.group(), control.mark());
        }
        if (control.truncateFrom() != 0) {
            LogRecord.put(
                    buffer,
                    RecordKind.TRUNCATE_FROM,
                    0,
                    write.group(),
                    control.truncateFrom(),
                    0,
                    LogFormat.NO_PAYLOAD);
        }
        if (control.hardState() != null) {
            GroupLog.putHardState(buffer, write.group(), control.hardState());
        }
        int entries = buffer.position();
        for (ByteBuffer piece : write.records()) {
            int length = piece.remaining();
            buffer.put(buffer.position(), piece, piece.position(), length);
            buffer.position(buffer.position() + length);
        }
        requireEntries(write, entries);
        if (buffer.position() - start != bytes) {
            throw new IllegalArgumentException("write " + control.number() + " of group " + write.group() + " has "
                    + (buffer.position() - start) + " bytes instead of " + bytes);
        }
    }

    private static int controlRecords(Effects.Write control) {
        return (control.mark() != null ? 1 : 0)
                + (control.truncateFrom() != 0 ? 1 : 0)
                + (control.hardState() != null ? 1 : 0);
    }

    /** A write that does not hold what it says must not reach the disk: a restart would take it for damage. */
    private void requireEntries(LogWrite write, int from) {
        long index = write.write().firstIndex();
        int at = from;
        while (at < buffer.position()) {
            if (!LogRecord.kind(buffer, at).isLogEntry()
                    || LogRecord.group(buffer, at) != write.group()
                    || LogRecord.index(buffer, at) != index) {
                break;
            }
            at += LogRecord.sizeAt(buffer, at);
            index++;
            records++;
        }
        long end = write.write().hasEntries() ? write.write().lastIndex() + 1 : 0;
        if (at != buffer.position() || index != end) {
            throw new IllegalArgumentException("write " + write.write().number() + " of group " + write.group()
                    + " does not hold the records of entries " + write.write().firstIndex() + " to "
                    + write.write().lastIndex());
        }
    }

    private void reserve(int bytes) {
        if (buffer.remaining() < bytes) {
            int needed = buffer.position() + bytes;
            ByteBuffer larger = allocate(Math.max(needed, Math.min(2 * buffer.capacity(), BATCH_BYTES)));
            buffer = larger.put(buffer.flip());
        }
    }

    private void flush() throws IOException {
        int bytes = buffer.position();
        // Writes that hold nothing are durable with the batch before them, which is flushed.
        if (bytes > LogFormat.BATCH_HEADER_BYTES) {
            LogFormat.putBatchHeader(buffer, 0, active().header.salt(), sequence, bytes, records);
            active().file.write(buffer.flip(), offset);
            active().file.force();
            if (log.hasFailed()) {
                // Housekeeping's flush of this file may have been told what this one should have been.
                throw new IOException("the log failed while this was flushed");
            }
            publish(bytes);
            advance(bytes);
            sequence++;
        }
        report();
    }

    private void advance(int bytes) {
        boolean nextPiece = offset / Housekeeping.FILL_BYTES != (offset + bytes) / Housekeeping.FILL_BYTES;
        offset += bytes;
        active().used(offset);
        if (nextPiece) {
            log.wakeHousekeeping();
        }
    }

    private void publish(int bytes) {
        String flaw = catalog.accept(active(), buffer, LogFormat.BATCH_HEADER_BYTES, bytes, -offset);
        if (flaw != null) {
            throw new IllegalStateException("a write was submitted that contradicts the log: " + flaw);
        }
    }

    /** One report for each group and batch: a number stands for all numbers before it. */
    private void report() {
        for (int i = 0; i < batch.size(); i++) {
            LogWrite write = batch.get(i);
            if (SegmentedLog.truncates(write)) {
                catalog.truncationDone(write.group());
            }
            if (write.write().mark() != null) {
                // What it covers may go now.
                log.wakeHousekeeping();
            }
            boolean last = i + 1 == batch.size() || batch.get(i + 1).group() != write.group();
            if (last) {
                log.listener().persisted(write.group(), write.write().number());
            }
        }
        batch.clear();
    }

    /** Proves that the batch before it was durable; the next batch overwrites it. */
    private void writeMark() throws IOException {
        buffer.clear();
        LogFormat.putBatchHeader(buffer, 0, active().header.salt(), sequence, LogFormat.MARK_BYTES, 0);
        active().file.write(buffer.limit(LogFormat.MARK_BYTES), offset);
    }

    /**
     * Makes the spare the segment to write. Header and checkpoint are durable under the spare's name before the rename: a
     * visible segment has both.
     *
     * @return false when there is no spare yet
     */
    private boolean startSegment() throws IOException {
        DiskFile file = catalog.takeSpare();
        if (file == null) {
            log.wakeHousekeeping();
            return false;
        }
        startSegment(file, LogFormat.SPARE, options.segmentBytes());
        log.wakeHousekeeping();
        return true;
    }

    /** @param filledBytes how much of the file has blocks */
    void startSegment(DiskFile file, String spareName, int filledBytes) throws IOException {
        long number = active == null ? 1 : active.header.number() + 1;
        boolean filled = filledBytes == options.segmentBytes();
        SegmentHeader header = new SegmentHeader(number, entropy.nextLong(), sequence, options.segmentBytes(), filled);
        int bytes = putStart(header);
        file.write(buffer.flip(), 0);
        file.force();
        String name = LogFormat.segmentName(number);
        disk.rename(spareName, name);
        disk.forceDirectory();
        Segment segment = new Segment(header, name, file, filledBytes);
        catalog.addSegment(segment);
        active = segment;
        offset = bytes;
        sequence++;
    }

    /** Puts header and checkpoint batch into the buffer; returns their size. */
    private int putStart(SegmentHeader header) {
        buffer.clear();
        reserve(LogFormat.SEGMENT_HEADER_BYTES + catalog.checkpointBytes());
        return catalog.putStart(buffer, header);
    }
}
