package io.quorate.node.internal;

import io.quorate.node.port.Agent;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.Wakeup;
import io.quorate.raft.EntryRun;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSummary;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A log in memory: submitted writes become durable, all at once, when {@link #flush} is called; the rest a crash forgets. */
final class FakeLog implements LogStore {
    final ArrayDeque<LogWrite> waiting = new ArrayDeque<>();

    /** Reads that came while {@link #readsWait}. */
    final ArrayDeque<Runnable> reads = new ArrayDeque<>();

    boolean readsWait;
    private final List<byte[]> entries = new ArrayList<>(); // entry i at i - 1 - prevIndex
    private long prevIndex;
    private long prevTerm;

    /** What was told of keys: first and last index, then the hashes. */
    final List<List<Long>> touched = new ArrayList<>();

    private HardState hardState = HardState.INITIAL;
    private SnapshotMark mark = null;
    private Listener listener;

    @Override
    public List<GroupImage> recovered() {
        if (mark == null) {
            return List.of();
        }
        ByteBuffer all = join(entries);
        EntryRun run = Payloads.describe(all, prevIndex + 1, entries.size());
        long[] first = new long[run.runs()];
        long[] term = new long[run.runs()];
        for (int k = 0; k < first.length; k++) {
            first[k] = run.runFirst(k);
            term[k] = run.runTerm(k);
        }
        LogSummary log = new LogSummary(lastIndex(), first, term, run.memberships());
        return List.of(new GroupImage(0, new RestartImage(hardState, mark, prevIndex, prevTerm, log)));
    }

    long firstIndex() {
        return prevIndex + 1;
    }

    long lastIndex() {
        return prevIndex + entries.size();
    }

    SnapshotMark mark() {
        return mark;
    }

    /** As a log that keeps whole segments, not all at once: as much as was allowed. */
    @Override
    public void removeBefore(int group, long index) {
        long last = Math.min(index - 1, mark == null ? 0 : mark.index());
        while (prevIndex < last && !entries.isEmpty()) {
            ByteBuffer gone = ByteBuffer.wrap(entries.remove(0)).order(ByteOrder.LITTLE_ENDIAN);
            prevIndex++;
            prevTerm = LogRecord.term(gone, 0);
        }
    }

    @Override
    public void applied(int group, long firstIndex, long lastIndex, long[] keyHashes, int keys) {
        List<Long> told = new ArrayList<>(List.of(firstIndex, lastIndex));
        for (int k = 0; k < keys; k++) {
            told.add(keyHashes[k]);
        }
        touched.add(told);
    }

    @Override
    public void listen(Listener newListener) {
        waiting.clear();
        listener = newListener;
    }

    @Override
    public void submit(LogWrite write) {
        waiting.add(write);
    }

    void flush() {
        for (LogWrite write = waiting.poll(); write != null; write = waiting.poll()) {
            keep(write);
            listener.persisted(0, write.write().number());
        }
    }

    /** A read has found that entry 3 is not what was written. */
    void meetDamage() {
        listener.damaged("entry 3", new IOException("its checksum does not hold"));
    }

    private void keep(LogWrite write) {
        if (write.write().mark() != null) {
            mark = write.write().mark();
        }
        if (write.write().truncateFrom() != 0) {
            while (!entries.isEmpty() && lastIndex() >= write.write().truncateFrom()) {
                entries.remove(entries.size() - 1);
            }
            if (mark != null && lastIndex() < mark.index()) {
                prevIndex = mark.index(); // it goes on behind the mark
                prevTerm = mark.term();
            }
        }
        if (write.write().hardState() != null) {
            hardState = write.write().hardState();
        }
        for (ByteBuffer records : write.records()) {
            ByteBuffer in = records.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            while (in.hasRemaining()) {
                String flaw = LogRecord.flaw(in, in.position(), in.limit());
                if (flaw != null || LogRecord.index(in, in.position()) != lastIndex() + 1) {
                    throw new IllegalStateException("entry " + (lastIndex() + 1) + " was written wrongly: " + flaw);
                }
                byte[] bytes = new byte[LogRecord.sizeAt(in, in.position())];
                in.get(bytes);
                entries.add(bytes);
            }
        }
    }

    @Override
    public void read(int group, long firstIndex, long lastIndex, int maxBytes, long token) {
        if (readsWait) {
            reads.add(() -> find(group, firstIndex, lastIndex, maxBytes, token));
        } else {
            find(group, firstIndex, lastIndex, maxBytes, token);
        }
    }

    private void find(int group, long firstIndex, long lastIndex, int maxBytes, long token) {
        if (firstIndex <= prevIndex) {
            listener.read(new FoundRecords(group, token, firstIndex, firstIndex - 1, null));
            return;
        }
        int bytes = 0;
        long last = firstIndex - 1;
        while (last < lastIndex && last < lastIndex() && (last < firstIndex || bytes + size(last + 1) <= maxBytes)) {
            bytes += size(++last);
        }
        List<byte[]> found = entries.subList((int) (firstIndex - 1 - prevIndex), (int) (last - prevIndex));
        listener.read(new FoundRecords(group, token, firstIndex, last, join(found)));
    }

    private int size(long index) {
        return entries.get((int) (index - 1 - prevIndex)).length;
    }

    /** Commands of the durable entries, as texts, empty for other kinds. */
    List<String> commands() {
        return entries.stream()
                .map(bytes -> ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN))
                .map(in -> LogRecord.kind(in, 0) == RecordKind.ENTRY
                        ? java.nio.charset.StandardCharsets.UTF_8
                                .decode(LogRecord.payload(in, 0))
                                .toString()
                        : "")
                .toList();
    }

    private static ByteBuffer join(List<byte[]> records) {
        int bytes = records.stream().mapToInt(b -> b.length).sum();
        ByteBuffer all = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        records.forEach(all::put);
        return all.flip();
    }

    @Override
    public Agent writer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Agent housekeeping() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void wakeups(Wakeup writer, Wakeup housekeeping) {}

    @Override
    public void close() {}
}
