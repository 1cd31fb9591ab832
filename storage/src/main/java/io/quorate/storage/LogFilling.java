package io.quorate.storage;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.LogStore;
import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.SnapshotMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fills a new log in the caller's thread. The disk stays the caller's. */
final class LogFilling implements AutoCloseable {
    private final SegmentedLog log;
    private final Progress progress = new Progress();
    private long number;

    LogFilling(Disk disk, LogOptions options, Entropy entropy) throws IOException {
        log = SegmentedLog.open(new Kept(disk), options, entropy);
        log.listen(progress);
    }

    /** What the group begins with. Durable when it returns. */
    void begin(int group, SnapshotMark mark, HardState hardState) throws IOException {
        write(group, new Effects.Write(++number, mark, 0, hardState, 0, 0), List.of(), 0);
    }

    /** Durable when it returns. */
    void append(int group, long firstIndex, long lastIndex, ByteBuffer records) throws IOException {
        Effects.Write write = new Effects.Write(++number, null, 0, null, firstIndex, lastIndex);
        write(group, write, List.of(records), records.remaining());
    }

    private void write(int group, Effects.Write write, List<ByteBuffer> records, long bytes) throws IOException {
        log.submit(new LogStore.LogWrite(group, write, records, bytes));
        while (progress.persisted < number) {
            // Housekeeping makes the room that the writer waits for.
            boolean isStuck = !goesOn(log.writer())
                    && progress.persisted < number
                    && !goesOn(log.housekeeping())
                    && !goesOn(log.writer());
            progress.throwIfFailed();
            if (isStuck && progress.persisted < number) {
                throw new IllegalStateException("the log neither writes nor says why");
            }
        }
    }

    private static boolean goesOn(Agent agent) {
        return agent.turn(0) == 0;
    }

    @Override
    public void close() {
        log.close();
    }

    private static final class Progress implements LogStore.Listener {
        private long persisted;
        private boolean isFull;
        private @Nullable IOException failure;

        @Override
        public void persisted(int group, long writeNumber) {
            persisted = writeNumber;
        }

        @Override
        public void read(LogStore.FoundRecords found) {
            throw new IllegalStateException("nothing was asked for");
        }

        @Override
        public void diskFull(boolean full) {
            isFull = full;
        }

        @Override
        public void failed(String what, Throwable cause) {
            failure = new IOException("the new log cannot be written: " + what, cause);
        }

        private void throwIfFailed() throws IOException {
            IOException first = failure;
            if (first != null) {
                throw first;
            }
            if (isFull) {
                throw new DiskFullException("no room for the new log");
            }
        }
    }

    /** A log closes its disk; here it is needed once more. */
    private static final class Kept extends ForwardingDisk {
        Kept(Disk disk) {
            super(disk);
        }

        @Override
        public void close() {}
    }
}
