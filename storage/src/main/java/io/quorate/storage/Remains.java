package io.quorate.storage;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.MembershipCodec;
import io.quorate.raft.HardState;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What can be read behind damage: none of it goes on in the log, but it tells how far the log reached when the member last ran, and
 * which term and vote were the last. Every whole batch tells; of a batch in which a record does not hold, the other records do.
 */
final class Remains {
    /** No record is smaller. */
    private static final int LEAST_RECORD_BYTES = LogRecord.size(0);

    private static final int HARD_STATE_BYTES = LogRecord.size(Long.BYTES);

    /** Of one group. */
    static final class Group {
        /** The log did not end behind this index. */
        private long last;

        private long lostThrough;

        /** The last one; null while a lost record may have been a later one. */
        private @Nullable HardState hardState;

        /** Rising. */
        private final List<SnapshotMark> marks = new ArrayList<>();

        private @Nullable Membership membership;

        private Group(GroupLog before) {
            last = before.lastIndex();
            lostThrough = before.lostThrough();
            hardState = before.hardState();
        }

        /** Last index that this member may have acknowledged and that was not taken away again. */
        long mayHaveAcknowledged() {
            return Math.max(last, lostThrough);
        }

        @Nullable
        HardState hardState() {
            return hardState;
        }

        List<SnapshotMark> marks() {
            return marks;
        }

        @Nullable
        Membership membership() {
            return membership;
        }

        private void lost(long records, boolean perhapsHardState) {
            last += records;
            hardState = perhapsHardState ? null : hardState;
        }
    }

    private final Map<Integer, Group> groups = new TreeMap<>();
    private boolean hasStranger;

    /** Whether the newest checkpoint could be read: an older one may tell of less damage than there was. */
    private boolean knowsCheckpoint = true;

    /** @param before what lies before the damage */
    Remains(LogCatalog before) {
        before.groups().forEach(group -> groups.put(group.group, new Group(group)));
    }

    @Nullable
    Group group(int number) {
        return groups.get(number);
    }

    /** Whether it is known how the log ended: of each group, and with which term and vote. */
    boolean areEnough() {
        return knowsCheckpoint && !hasStranger && groups.values().stream().allMatch(group -> group.hardState != null);
    }

    /** A segment of which nothing can be read. */
    void unreadable(int bytes) {
        lost(bytes);
        knowsCheckpoint = false;
    }

    /**
     * Reads a segment from a batch on, by the batches' sequence, whatever the order in which they lie there.
     *
     * @param offset of that batch
     * @param sequence of that batch
     * @param end sequence of the next segment's first batch; {@link Long#MAX_VALUE} where there is none, or it is not known
     */
    void read(Segment segment, int offset, long sequence, long end) throws IOException {
        SegmentScanner scanner = new SegmentScanner(segment.file, segment.header);
        int at = offset;
        long expected = sequence;
        while (expected < end) {
            boolean isCheckpoint = at == LogFormat.SEGMENT_HEADER_BYTES;
            boolean holds = scanner.load(at) == null && scanner.sequence() == expected;
            // A mark stands where the next batch is written: it is one of nothing, or that batch was never written to
            // its place.
            boolean isMark = holds && scanner.records() == 0 && !isCheckpoint;
            if (holds && !isMark) {
                records(scanner);
                knowsCheckpoint |= isCheckpoint;
                at += scanner.bytes();
                expected++;
                continue;
            }
            knowsCheckpoint &= !isCheckpoint;
            boolean isTold = !isMark && tellsOfItself(scanner, expected);
            int size = isTold ? scanner.bytes() : 0;
            int later = scanner.findNext(offset, expected);
            long laterSequence = later < 0 ? 0 : scanner.sequence();
            boolean isInPlace = later > at && isFollowed(scanner, later + scanner.bytes(), laterSequence);
            if (later < 0 && end == Long.MAX_VALUE) {
                return; // Nothing proves that it was ever whole.
            }
            boolean isNext = later < 0 ? expected + 1 == end : later == at + size && laterSequence == expected + 1;
            if (isTold && isNext) {
                scanner.load(at);
                records(scanner);
            } else if (later < 0 || laterSequence > expected) {
                lost((isInPlace ? later : segment.header.segmentBytes()) - at);
            }
            if (later < 0) {
                return;
            }
            at = later;
            expected = laterSequence;
        }
    }

    /** Whether the next batch stands there: then the one before it is in its place, and what is missing lay before that. */
    private static boolean isFollowed(SegmentScanner scanner, int at, long sequence) throws IOException {
        return scanner.load(at) == null && scanner.sequence() == sequence + 1;
    }

    /** Whether the batch that does not hold does so for a record's content alone. */
    private static boolean tellsOfItself(SegmentScanner scanner, long expected) {
        return scanner.isWholeInSize()
                && scanner.sequence() == expected
                && LogFormat.holdsTogether(scanner.buffer(), scanner.batchAt());
    }

    private void records(SegmentScanner scanner) {
        ByteBuffer buffer = scanner.buffer();
        int end = scanner.batchAt() + scanner.bytes();
        for (int at = scanner.batchAt() + LogFormat.BATCH_HEADER_BYTES; at < end; at += LogRecord.sizeAt(buffer, at)) {
            if (LogRecord.flaw(buffer, at, end) != null) {
                boolean perhapsHardState = LogRecord.sizeAt(buffer, at) == HARD_STATE_BYTES;
                groups.values().forEach(group -> group.lost(1, perhapsHardState));
                continue;
            }
            Group group = groups.get(LogRecord.group(buffer, at));
            if (group == null) {
                hasStranger = true;
            } else {
                record(group, buffer, at);
            }
        }
    }

    private static void record(Group group, ByteBuffer buffer, int at) {
        long index = LogRecord.index(buffer, at);
        long term = LogRecord.term(buffer, at);
        switch (LogRecord.kind(buffer, at)) {
            case ENTRY, NO_OP, STATE_HASH, GROUP -> group.last = index;
            case MEMBERSHIP -> {
                group.last = index;
                group.membership = MembershipCodec.decode(LogRecord.payload(buffer, at));
            }
            case TRUNCATE_FROM -> group.last = Math.min(group.last, Math.max(index - 1, newestMark(group)));
            case HARD_STATE ->
                group.hardState = new HardState(term, buffer.getLong(at + LogRecord.HEADER_BYTES), index);
            case SNAPSHOT_MARK -> {
                Membership told = MembershipCodec.decode(LogRecord.payload(buffer, at));
                group.membership = told;
                group.marks.add(new SnapshotMark(index, term, told));
                group.last = Math.max(group.last, index);
            }
            case DAMAGE -> group.lostThrough = Math.max(group.lostThrough, index);
        }
    }

    private static long newestMark(Group group) {
        return group.marks.isEmpty()
                ? 0
                : group.marks.get(group.marks.size() - 1).index();
    }

    /** Bytes of which nothing is known: as many records as fit, the last of them a vote. */
    private void lost(int bytes) {
        long records = Math.max(1, bytes / LEAST_RECORD_BYTES);
        groups.values().forEach(group -> group.lost(records, true));
    }
}
