package io.quorate.storage;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log without changing anything, also while its member runs: every record with its place, for a person or a program.
 * Of a running member it shows some moment between the call and its end; segments that go meanwhile are passed over.
 */
public final class LogReader {
    /** What became of an entry, as far as this log knows. */
    public enum Status {
        /** At or below the newest commit hint or snapshot mark. */
        COMMITTED,
        /** It may be committed by now: hints are written only together with something else. */
        NOT_KNOWN_COMMITTED,
        /** A later record took it away. */
        TRUNCATED,
        /** Not an entry: a hard state, truncation, snapshot mark, or part of a checkpoint. */
        NO_ENTRY
    }

    /**
     * One record.
     *
     * @param file its segment's path
     * @param offset of its first byte in the segment
     * @param batch sequence of the batch that it belongs to
     * @param index of a hard state: the commit hint; of a truncation: the first index that goes; of a group: its last index
     * @param recordBytes its size, header and padding included
     * @param payload read-only and little endian, valid during the call only
     */
    public record Item(
            String file,
            int offset,
            long batch,
            int group,
            RecordKind kind,
            int flags,
            long index,
            long term,
            int recordBytes,
            ByteBuffer payload,
            Status status) {
        /** Whether the payload begins with what the node keeps with a command. */
        public boolean isExtended() {
            return (flags & LogRecord.FLAG_EXTENSION) != 0;
        }

        /** The payload as the state machine sees it. */
        public ByteBuffer command() {
            int from = isExtended() ? LogRecord.extensionBytes(payload) : 0;
            return payload.slice(from, payload.remaining() - from);
        }
    }

    /** Takes what is read, in the order of the log. */
    public interface Visitor {
        void record(Item item);

        /**
         * A segment cannot be read further; reading goes on with the next one.
         *
         * @param what a sentence's end
         */
        void unreadable(String file, long offset, String what);
    }

    /** What a first pass learns for a second one. */
    private static final class Facts {
        private final Map<Integer, Long> committed = new TreeMap<>();
        private final List<Item> truncations = new ArrayList<>();
    }

    private final Disk disk;

    /** @param disk only read from */
    public LogReader(Disk disk) {
        this.disk = disk;
    }

    /**
     * A segment that is not read, because it is known what it holds: applied entries, so what an earlier segment has in their
     * place was taken away.
     *
     * @param batch sequence of its first one
     */
    record Skipped(long batch, int group, long firstIndex, long lastIndex) {
        private Item truncation() {
            return new Item(
                    "",
                    0,
                    batch,
                    group,
                    RecordKind.TRUNCATE_FROM,
                    0,
                    firstIndex,
                    0,
                    0,
                    LogFormat.NO_PAYLOAD,
                    Status.NO_ENTRY);
        }
    }

    /** @throws IOException also if there is no log */
    public void read(Visitor visitor) throws IOException {
        read(visitor, number -> true, List.of());
    }

    /** Only the segments of those numbers. */
    void read(Visitor visitor, LongPredicate segments, List<Skipped> skipped) throws IOException {
        Facts facts = new Facts();
        for (Skipped segment : skipped) {
            facts.committed.merge(segment.group, segment.lastIndex, Math::max);
            facts.truncations.add(segment.truncation());
        }
        scan(new Gatherer(facts), segments);
        boolean found = scan(new Judge(facts, visitor), segments);
        if (!found) {
            throw new IOException("there is no log in " + disk.path("") + ": it holds no file "
                    + LogFormat.segmentName(1) + " or later");
        }
    }

    private boolean scan(Visitor visitor, LongPredicate segments) throws IOException {
        boolean found = false;
        List<Long> numbers = SegmentChain.numbers(disk, disk.list());
        for (int i = 0; i < numbers.size(); i++) {
            long next = i + 1 == numbers.size() ? 0 : numbers.get(i + 1);
            found |= !segments.test(numbers.get(i)) || scan(numbers.get(i), next, visitor);
        }
        return found;
    }

    /** @param next number of the segment behind it, 0 for none */
    private boolean scan(long number, long next, Visitor visitor) throws IOException {
        String name = LogFormat.segmentName(number);
        if (!disk.list().contains(name)) {
            return false;
        }
        try (DiskFile file = disk.open(name)) {
            SegmentHeader header = SegmentHeader.read(file, disk.path(name), number);
            long end = next == 0 ? Long.MAX_VALUE : firstSequence(next);
            scan(new SegmentScanner(file, header), header, end, visitor);
        } catch (LogDamagedException e) {
            visitor.unreadable(e.file(), e.offset(), e.what());
        }
        return true;
    }

    /** Where a segment ends is said by the next one. */
    private long firstSequence(long number) throws IOException {
        String name = LogFormat.segmentName(number);
        if (!disk.list().contains(name)) {
            return Long.MAX_VALUE;
        }
        try (DiskFile file = disk.open(name)) {
            return SegmentHeader.read(file, disk.path(name), number).firstSequence();
        } catch (LogDamagedException e) {
            return Long.MAX_VALUE;
        }
    }

    private void scan(SegmentScanner scanner, SegmentHeader header, long end, Visitor visitor) throws IOException {
        String path = disk.path(LogFormat.segmentName(header.number()));
        int offset = LogFormat.SEGMENT_HEADER_BYTES;
        for (long sequence = header.firstSequence(); sequence < end; sequence++) {
            String flaw = scanner.load(offset);
            boolean mark = flaw == null && scanner.records() == 0 && sequence != header.firstSequence();
            if (flaw != null || scanner.sequence() != sequence || mark) {
                reportEnd(scanner, path, offset, sequence, end, flaw, visitor);
                return;
            }
            visit(scanner, path, offset, visitor);
            offset += scanner.bytes();
        }
    }

    private static void reportEnd(
            SegmentScanner scanner,
            String path,
            int offset,
            long sequence,
            long end,
            @Nullable String flaw,
            Visitor visitor)
            throws IOException {
        String why = flaw == null ? "the batches end here" : flaw;
        if (end != Long.MAX_VALUE) {
            visitor.unreadable(path, offset, why + ", though the next segment begins with batch " + end);
            return;
        }
        int later = scanner.findLater(offset, sequence);
        if (later >= 0) {
            visitor.unreadable(path, offset, why + ", though a later batch follows at offset " + later);
        }
    }

    private static void visit(SegmentScanner scanner, String path, int offset, Visitor visitor) {
        ByteBuffer buffer = scanner.buffer();
        int base = scanner.batchAt();
        int end = base + scanner.bytes();
        for (int at = base + LogFormat.BATCH_HEADER_BYTES; at < end; at += LogRecord.sizeAt(buffer, at)) {
            visitor.record(new Item(
                    path,
                    offset + at - base,
                    scanner.sequence(),
                    LogRecord.group(buffer, at),
                    LogRecord.kind(buffer, at),
                    LogRecord.flags(buffer, at),
                    LogRecord.index(buffer, at),
                    LogRecord.term(buffer, at),
                    LogRecord.sizeAt(buffer, at),
                    LogRecord.payload(buffer, at),
                    Status.NO_ENTRY));
        }
    }

    /** First pass: what is committed, and what was taken away. */
    private record Gatherer(Facts facts) implements Visitor {
        @Override
        public void record(Item item) {
            switch (item.kind) {
                case GROUP -> facts.truncations.add(behind(item));
                case DAMAGE -> {}
                case HARD_STATE, SNAPSHOT_MARK -> facts.committed.merge(item.group, item.index, Math::max);
                case TRUNCATE_FROM -> facts.truncations.add(item);
                case ENTRY, NO_OP, MEMBERSHIP, STATE_HASH -> {}
            }
        }

        /** A checkpoint says where the log ends: after a cut at damage that is before the last records. */
        private static Item behind(Item group) {
            return new Item(
                    group.file,
                    group.offset,
                    group.batch,
                    group.group,
                    group.kind,
                    group.flags,
                    group.index + 1,
                    group.term,
                    group.recordBytes,
                    group.payload,
                    group.status);
        }

        @Override
        public void unreadable(String file, long offset, String what) {
            // The second pass tells it.
        }
    }

    /** Second pass: each entry with its status. */
    private record Judge(Facts facts, Visitor visitor) implements Visitor {
        @Override
        public void record(Item item) {
            visitor.record(new Item(
                    item.file,
                    item.offset,
                    item.batch,
                    item.group,
                    item.kind,
                    item.flags,
                    item.index,
                    item.term,
                    item.recordBytes,
                    item.payload,
                    status(item)));
        }

        private Status status(Item item) {
            if (!item.kind.isLogEntry()) {
                return Status.NO_ENTRY;
            }
            for (Item truncation : facts.truncations) {
                boolean later = truncation.batch > item.batch
                        || (truncation.batch == item.batch && truncation.offset > item.offset);
                if (later && truncation.group == item.group && truncation.index <= item.index) {
                    return Status.TRUNCATED;
                }
            }
            return item.index <= facts.committed.getOrDefault(item.group, 0L)
                    ? Status.COMMITTED
                    : Status.NOT_KNOWN_COMMITTED;
        }

        @Override
        public void unreadable(String file, long offset, String what) {
            visitor.unreadable(file, offset, what);
        }
    }
}
