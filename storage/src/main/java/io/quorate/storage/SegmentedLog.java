package io.quorate.storage;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.Wakeup;
import io.quorate.raft.Effects;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The log of one process: segments of one fixed size, in which every group's entries, votes and truncations stand in the
 * order in which they became durable. All numbers are little endian.
 *
 * <pre>
 * data directory:  log-0000000000000007   log-0000000000000008   spare   identity   lock
 *                  (older ones may go)    (being written)
 *
 * segment   +----------------+------------------+---------+---------+-- … --+------+---------------------+
 *           | header, 64     | checkpoint batch | batch   | batch   |       | mark | zeros or former use |
 *           +----------------+------------------+---------+---------+-- … --+------+---------------------+
 *
 * header    0          8          10       12      16        24     32         40        48      60     64
 *           +----------+----------+--------+-------+---------+------+----------+---------+-------+------+
 *           | magic    | format             | flags | segment | salt | first    | segment | 0     | CRC  |
 *           | u64      | u32                | u32   | no. u64 | u64  | seq. u64 | size u64|       | 32C  |
 *           +----------+--------------------+-------+---------+------+----------+---------+-------+------+
 *
 * batch     0        4        8        16         24      28      32
 *           +--------+--------+--------+----------+-------+-------+----------+----------+-- …
 *           | magic  | CRC32C | salt   | sequence | bytes | count | record   | record   |
 *           | u32    | u32    | u64    | u64      | u32   | u32   |          |          |
 *           +--------+--------+--------+----------+-------+-------+----------+----------+-- …
 * </pre>
 *
 * A batch's checksum covers its header behind the checksum, and the checksum field of each record; records are drawn at
 * {@link io.quorate.node.port.LogRecord}. So a batch is valid as a whole or not at all. A mark is a batch without records: it
 * carries the next sequence without using it up, and the next batch overwrites it. Whatever has a valid later batch or mark
 * behind it was durable.
 *
 * <p>A sealed segment may have an index beside it, drawn at {@link SegmentIndex}; it stays when the segment goes.
 *
 * <p>Records that are no entries: a hard state holds the term as term, the commit hint as index, and the vote as 8 bytes of
 * payload; truncate-from holds the first index that goes as index; a snapshot mark holds index and term, and the membership
 * as payload. A checkpoint holds for each group: a group record (last index and last term as index and term; payload: first
 * index u64, index of the last membership u64 or 0, that membership), a hard state and a snapshot mark.
 */
public final class SegmentedLog implements LogStore {
    private final Disk disk;
    private final LogOptions options;
    private final LogCatalog catalog;
    private final WriteQueue queue = new WriteQueue();
    private final LogWriter writer;
    private final Housekeeping housekeeping;
    private final List<GroupImage> recovered;
    private final Map<Integer, End> ends = new TreeMap<>();
    private volatile Listener listener = new NoListener();
    private volatile Wakeup writerWakeup = () -> {};
    private volatile Wakeup housekeepingWakeup = () -> {};
    private volatile boolean failed;

    private SegmentedLog(Disk disk, LogOptions options, Entropy entropy, Recovery recovery) {
        this.disk = disk;
        this.options = options;
        catalog = recovery.catalog();
        recovered = catalog.images();
        for (GroupImage image : recovered) {
            End end = new End();
            end.lastIndex = image.image().log().lastIndex();
            end.markIndex = image.image().mark().index();
            ends.put(image.group(), end);
        }
        writer = new LogWriter(this, disk, options, entropy, recovery, queue);
        housekeeping = new Housekeeping(this, disk, options, catalog);
    }

    /**
     * Recovers the log of that disk, or begins one. Blocks: it reads all segments, and the snapshot that each group starts from:
     * that of the newest mark whose file holds and behind which the log is whole. The log owns the disk from now on; after an
     * exception the caller still does.
     *
     * @param entropy gives the segments' salts
     * @param snapshots of the same disk, not turned yet
     * @throws LogDamagedException if something durable is missing or changed, or no mark has its snapshot
     * @throws NewerFormatException if a newer version wrote it, or the cluster has a version that this build does not know; nothing
     *     was changed then
     * @throws IllegalArgumentException if the segments are too small for what is in the log already
     */
    public static SegmentedLog open(Disk disk, LogOptions options, Entropy entropy, SnapshotFiles snapshots)
            throws IOException {
        return open(disk, options, entropy, (SnapshotCheck) snapshots);
    }

    /** The same, but marks are believed without a look for their snapshots: for logs that are written without. */
    public static SegmentedLog open(Disk disk, LogOptions options, Entropy entropy) throws IOException {
        return open(disk, options, entropy, SnapshotCheck.NONE);
    }

    private static SegmentedLog open(Disk disk, LogOptions options, Entropy entropy, SnapshotCheck snapshots)
            throws IOException {
        Recovery recovery = new Recovery(disk, snapshots, options.versions());
        try {
            recovery.read();
            requireFits(options, recovery.catalog());
            recovery.secureEnd();
            SegmentedLog log = new SegmentedLog(disk, options, entropy, recovery);
            log.housekeeping.keepVoid(recovery.voided());
            log.housekeeping.adoptLeftovers();
            if (log.catalog.active() == null) {
                log.housekeeping.startFirstSegment(log.writer);
            }
            return log;
        } catch (IOException | RuntimeException e) {
            recovery.close();
            throw e;
        }
    }

    /** Whether a log was ever begun on that disk, and is still there, whole or not. Changes nothing. */
    public static boolean isIn(Disk disk) throws IOException {
        return disk.list().stream().anyMatch(name -> LogFormat.segmentNumber(name) != 0);
    }

    private static void requireFits(LogOptions options, LogCatalog catalog) {
        long least = LogFormat.leastSegmentBytes(
                catalog.checkpointBytes(), options.maxWriteBytes(), catalog.markRecordBytes());
        if (least > options.segmentBytes()) {
            throw new IllegalArgumentException("segmentBytes must be at least " + least
                    + " to hold a checkpoint of the groups in this log and a write of maxWriteBytes "
                    + options.maxWriteBytes() + ", got " + options.segmentBytes());
        }
    }

    @Override
    public List<GroupImage> recovered() {
        return recovered;
    }

    @Override
    public void listen(Listener heard) {
        listener = heard;
    }

    /** @throws IllegalArgumentException if the write is larger than the option allows, or its entries do not follow */
    @Override
    public void submit(LogWrite write) {
        if (write.recordBytes() > options.maxWriteBytes()) {
            throw new IllegalArgumentException(
                    "write " + write.write().number() + " of group " + write.group() + " has " + write.recordBytes()
                            + " bytes of records, more than maxWriteBytes " + options.maxWriteBytes());
        }
        requireNext(write);
        if (truncates(write)) {
            catalog.truncationQueued(write.group(), write.write().truncateFrom());
        }
        queue.add(write);
        writerWakeup.wake();
    }

    /** Entries that do not follow what was submitted before would be taken for damage by the next start. */
    private void requireNext(LogWrite submitted) {
        Effects.Write write = submitted.write();
        synchronized (ends) {
            End end = ends.computeIfAbsent(submitted.group(), absent -> new End());
            if (write.mark() != null) {
                end.markIndex = write.mark().index();
            }
            if (write.truncateFrom() != 0) {
                end.lastIndex = Math.min(end.lastIndex, write.truncateFrom() - 1);
            }
            end.lastIndex = Math.max(end.lastIndex, end.markIndex);
            if (write.hasEntries() && write.firstIndex() != end.lastIndex + 1) {
                throw new IllegalArgumentException("write " + write.number() + " of group " + submitted.group()
                        + " begins with entry " + write.firstIndex() + ", the log ends with " + end.lastIndex);
            }
            end.lastIndex = write.hasEntries() ? write.lastIndex() : end.lastIndex;
        }
    }

    /** Where a group's log ends when all that was submitted is written. */
    private static final class End {
        long lastIndex;
        long markIndex;
    }

    static boolean truncates(LogWrite write) {
        return write.write().truncateFrom() != 0;
    }

    @Override
    public void read(int group, long firstIndex, long lastIndex, int maxBytes, long token) {
        housekeeping.read(group, firstIndex, lastIndex, maxBytes, token);
        housekeepingWakeup.wake();
    }

    /** Nothing goes that the newest durable snapshot mark does not cover, whatever index is given. */
    @Override
    public void removeBefore(int group, long index) {
        catalog.removeBefore(group, index);
        housekeepingWakeup.wake();
    }

    /** Its keys go into the filter of the segment, which is written when the segment is sealed and all in it is applied. */
    @Override
    public void applied(int group, long firstIndex, long lastIndex, long[] keyHashes, int keys) {
        housekeeping.indexer().applied(group, firstIndex, lastIndex, keyHashes, keys);
    }

    @Override
    public Agent writer() {
        return writer;
    }

    @Override
    public Agent housekeeping() {
        return housekeeping;
    }

    @Override
    public void wakeups(Wakeup forWriter, Wakeup forHousekeeping) {
        writerWakeup = forWriter;
        housekeepingWakeup = forHousekeeping;
    }

    @Override
    public void close() {
        failed = true;
        housekeeping.close();
        catalog.segments().forEach(segment -> segment.file.close());
        DiskFile spare = catalog.takeSpare();
        if (spare != null) {
            spare.close();
        }
        disk.close();
    }

    Listener listener() {
        return listener;
    }

    boolean hasFailed() {
        return failed;
    }

    void wakeWriter() {
        writerWakeup.wake();
    }

    void wakeHousekeeping() {
        housekeepingWakeup.wake();
    }

    /** The first failure is told; from then on neither agent does anything. */
    synchronized void fail(String what, Exception cause) {
        if (!failed) {
            failed = true;
            listener.failed(what + ": " + cause.getMessage(), cause);
        }
    }

    private static final class NoListener implements Listener {
        @Override
        public void persisted(int group, long writeNumber) {
            throw new IllegalStateException("listen() must be called before anything is submitted");
        }

        @Override
        public void read(FoundRecords found) {
            throw new IllegalStateException("listen() must be called before anything is read");
        }

        @Override
        public void failed(String what, Throwable cause) {
            throw new IllegalStateException(what, cause);
        }
    }
}
