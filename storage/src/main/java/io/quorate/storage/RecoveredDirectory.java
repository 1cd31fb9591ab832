package io.quorate.storage;

import io.quorate.node.port.Entropy;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.HardState;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a data directory from that of a member whose cluster will never have a majority again: of the only member of a new
 * cluster, with the same snapshot and the same entries at the same indexes. All of them count as committed.
 *
 * <p>Where the old log told who its members are, the new one has an entry without content: nobody who reads it can take an
 * old member for one of the new cluster's. The epoch is drawn, so whoever holds another directory of the old cluster, or
 * recovers it a second time, is refused by the new one.
 */
public final class RecoveredDirectory {
    private static final int GROUP = SurvivingDirectory.GROUP;
    /** Flushed at a time. */
    private static final int PIECE_BYTES = 1 << 20;

    private static final int SEGMENT_BYTES = 16 << 20;
    /** For what a segment holds beside one large entry. */
    private static final int SLACK_BYTES = 1 << 20;

    private RecoveredDirectory() {}

    /**
     * Blocks. After an exception nothing is left of it. The old directory is only read.
     *
     * @param source one that a start would take
     * @param directory must not be there, or be empty
     * @param clusterId of the new cluster
     * @param self its member; the incarnation does not count
     * @throws DirectoryRefusedException if the source is damaged, or there is something in the directory
     * @throws DiskFullException if there is no room
     */
    public static void make(SurvivingDirectory source, Path directory, long clusterId, Member self, Entropy entropy)
            throws IOException {
        NewDirectory.requireEmpty(directory, "a cluster is recovered into a new one");
        RestartImage image = source.image();
        if (image == null) {
            throw new DirectoryRefusedException(source.facts().directory() + " cannot be recovered from: "
                    + source.facts().damage());
        }
        Sizes sizes = new Sizes(image.mark().index() + 1);
        new LogReader(source.disk()).read(sizes);
        sizes.throwIfFailed();
        int largestWrite = Math.max(PIECE_BYTES, sizes.largest);
        LogOptions options = LogOptions.defaults()
                .withSizes(Math.max(SEGMENT_BYTES, (2 * largestWrite + SLACK_BYTES + 511) / 512 * 512), largestWrite);
        String snapshot = SnapshotFormat.name(GROUP, image.mark().index());
        try (SnapshotReader reader = image.mark().index() == 0
                ? null
                : SnapshotReader.open(
                        source.disk(), snapshot, source.facts().self().clusterId())) {
            long snapshotBytes = reader == null ? 0 : reader.info().bytes();
            long needed = snapshotBytes + sizes.total + 3L * options.segmentBytes();
            NewDirectory.make(directory, needed, "the snapshot and the log", disk -> {
                long incarnation = NewDirectory.nonZero(entropy);
                Membership members = members(self, incarnation, source.facts());
                if (reader != null) {
                    NewDirectory.copySnapshot(reader, disk, clusterId, members);
                }
                copyLog(source, image, disk, members, options, entropy);
                NewDirectory.finish(disk, clusterId, epoch(entropy), self.id(), incarnation);
            });
        }
    }

    /** It has started: its log begins with it as one of a cluster that runs. */
    private static Membership members(Member self, long incarnation, Survivor old) {
        Member started = new Member(self.id(), incarnation, self.name(), self.peerUrls(), self.priority());
        return Membership.ofVoters(List.of(started))
                .leasing(old.members().lease())
                .atVersion(old.members().version());
    }

    /** Never 1, that of a cluster that began empty. */
    private static long epoch(Entropy entropy) {
        return (entropy.nextLong() >>> 1) | 2;
    }

    private static void copyLog(
            SurvivingDirectory source,
            RestartImage image,
            FileDisk disk,
            Membership members,
            LogOptions options,
            Entropy entropy)
            throws IOException {
        long last = image.log().lastIndex();
        SnapshotMark mark = new SnapshotMark(image.mark().index(), image.mark().term(), members);
        try (LogFilling log = new LogFilling(disk, options, entropy)) {
            // A term of the old cluster's may have another leader there: the new one begins behind all that this member
            // knows.
            log.begin(GROUP, mark, new HardState(image.hardState().currentTerm() + 1, 0, last));
            Copy copy = new Copy(log, mark.index() + 1, options.maxWriteBytes());
            new LogReader(source.disk()).read(copy);
            copy.finish(last);
        }
    }

    /** Entries that a start of the old directory would take, in their order. */
    private abstract static class Entries implements LogReader.Visitor {
        private long next;
        private @Nullable IOException failure;

        Entries(long first) {
            next = first;
        }

        long next() {
            return next;
        }

        @Override
        public void record(LogReader.Item item) {
            boolean counts = item.group() == GROUP
                    && item.kind().isLogEntry()
                    && item.status() != LogReader.Status.TRUNCATED
                    && item.index() == next;
            if (!counts || failure != null) {
                return;
            }
            try {
                entry(item);
                next++;
            } catch (IOException failed) {
                failure = failed;
            }
        }

        @Override
        public void unreadable(String file, long offset, String what) {
            if (failure == null) {
                failure = new IOException(file + " is damaged at offset " + offset + ": " + what);
            }
        }

        abstract void entry(LogReader.Item item) throws IOException;

        void throwIfFailed() throws IOException {
            IOException first = failure;
            if (first != null) {
                throw first;
            }
        }
    }

    private static final class Sizes extends Entries {
        private long total;
        private int largest;

        Sizes(long first) {
            super(first);
        }

        @Override
        void entry(LogReader.Item item) {
            total += item.recordBytes();
            largest = Math.max(largest, item.recordBytes());
        }
    }

    private static final class Copy extends Entries {
        private final LogFilling log;
        private final ByteBuffer piece;
        private long pieceFirst;

        Copy(LogFilling log, long first, int pieceBytes) {
            super(first);
            this.log = log;
            piece = ByteBuffer.allocate(pieceBytes).order(ByteOrder.LITTLE_ENDIAN);
            pieceFirst = first;
        }

        @Override
        void entry(LogReader.Item item) throws IOException {
            if (piece.remaining() < item.recordBytes()) {
                flush();
            }
            // Who the members were, and what the states of a majority of them were, counts for nobody any more.
            boolean names = item.kind() == RecordKind.MEMBERSHIP || item.kind() == RecordKind.STATE_HASH;
            LogRecord.put(
                    piece,
                    names ? RecordKind.NO_OP : item.kind(),
                    names ? 0 : item.flags(),
                    GROUP,
                    item.index(),
                    item.term(),
                    names ? LogFormat.NO_PAYLOAD : item.payload());
        }

        private void flush() throws IOException {
            if (piece.position() > 0) {
                log.append(GROUP, pieceFirst, next() - 1, piece.flip());
                pieceFirst = next();
                piece.clear();
            }
        }

        void finish(long last) throws IOException {
            throwIfFailed();
            flush();
            if (next() != last + 1) {
                throw new IOException("entry " + next() + " was not found, though the log ends with " + last);
            }
        }
    }
}
