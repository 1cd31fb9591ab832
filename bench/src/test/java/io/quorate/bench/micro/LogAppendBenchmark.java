package io.quorate.bench.micro;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.Effects;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.Disk;
import io.quorate.storage.FileDisk;
import io.quorate.storage.LogOptions;
import io.quorate.storage.MemoryDisk;
import io.quorate.storage.SegmentedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One numbered write, from submission to the report that it is durable, on one thread. On the disk in memory that is the log's
 * own work; on a real one (a directory below the module's build) it is mostly the flush. Recycling of segments is in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LogAppendBenchmark {
    private static final int GROUP = 1;
    private static final int PAYLOAD_BYTES = 256;
    private static final int SEGMENT_BYTES = 16 << 20;
    private static final long BYTES_BETWEEN_MARKS = 1 << 20;
    private static final Membership ONE = Membership.ofVoters(List.of(new Member(1, 11, "n1", List.of())));

    /** Where the log lies. */
    public enum Medium {
        MEMORY,
        FILE
    }

    @Param
    public Medium medium = Medium.MEMORY;

    @Param({"1", "64"})
    public int entriesPerWrite = 1;

    private final Persisted persisted = new Persisted();
    private @Nullable Path directory;
    private @Nullable SegmentedLog log;
    private ByteBuffer records = ByteBuffer.allocate(0);
    private long number;
    private long lastIndex;
    private long sinceMark;

    @Setup
    public void open() throws IOException {
        number = 0;
        lastIndex = 0;
        persisted.number = 0;
        Random salts = new Random(1);
        SegmentedLog opened =
                SegmentedLog.open(disk(), LogOptions.defaults().withSegmentBytes(SEGMENT_BYTES), salts::nextLong);
        opened.listen(persisted);
        opened.wakeups(() -> {}, () -> {});
        log = opened;
        records = ByteBuffer.allocateDirect(entriesPerWrite * LogRecord.size(PAYLOAD_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        mark(opened);
    }

    private Disk disk() throws IOException {
        if (medium == Medium.MEMORY) {
            return new MemoryDisk("n1").open();
        }
        Path made = Files.createTempDirectory(Path.of("").toAbsolutePath(), "log-append-");
        directory = made;
        return FileDisk.open(made);
    }

    @TearDown
    public void close() throws IOException {
        opened().close();
        if (directory != null) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
            directory = null;
        }
    }

    private SegmentedLog opened() {
        if (log == null) {
            throw new IllegalStateException("not open");
        }
        return log;
    }

    /** The records are encoded by the node, before this: they are the same bytes here each time but for their index. */
    @Benchmark
    public long append() {
        SegmentedLog into = opened();
        long first = lastIndex + 1;
        encode(first);
        lastIndex += entriesPerWrite;
        submit(into, null, first, lastIndex, List.of(records));
        sinceMark += records.remaining();
        if (sinceMark >= BYTES_BETWEEN_MARKS) {
            mark(into);
        }
        return persisted.number;
    }

    private void encode(long first) {
        records.clear();
        ByteBuffer payload = ByteBuffer.allocate(PAYLOAD_BYTES);
        for (int entry = 0; entry < entriesPerWrite; entry++) {
            LogRecord.put(records, RecordKind.ENTRY, 0, GROUP, first + entry, 1, payload);
        }
        records.flip();
    }

    /** As after a snapshot: what lies below it may go, so that segments are recycled and memory suffices. */
    private void mark(SegmentedLog into) {
        submit(into, new SnapshotMark(lastIndex, 1, ONE), 0, 0, List.of());
        into.removeBefore(GROUP, lastIndex);
        sinceMark = 0;
        turnHousekeeping(into);
    }

    private void submit(
            SegmentedLog into, @Nullable SnapshotMark mark, long first, long last, List<ByteBuffer> buffers) {
        number++;
        long bytes = buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        into.submit(
                new LogStore.LogWrite(GROUP, new Effects.Write(number, mark, 0, null, first, last), buffers, bytes));
        while (persisted.number < number) {
            long next = into.writer().turn(System.nanoTime());
            if (persisted.number < number && next == Long.MAX_VALUE) {
                turnHousekeeping(into); // it waits for a segment to be filled
            }
        }
    }

    private static void turnHousekeeping(SegmentedLog into) {
        long now = System.nanoTime();
        while (into.housekeeping().turn(now) <= now) {
            now = System.nanoTime();
        }
    }

    private static final class Persisted implements LogStore.Listener {
        private long number;

        @Override
        public void persisted(int group, long writeNumber) {
            number = writeNumber;
        }

        @Override
        public void read(LogStore.FoundRecords found) {
            throw new IllegalStateException("nothing was read");
        }

        @Override
        public void failed(String what, Throwable cause) {
            throw new IllegalStateException(what, cause);
        }
    }
}
