package io.quorate.storage;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.LogStore.FoundRecords;
import io.quorate.node.port.LogStore.GroupImage;
import io.quorate.node.port.LogStore.LogWrite;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns the agents of one log in one thread, and keeps what the log reports. */
final class LogDriver implements LogStore.Listener {
    static final LogOptions SMALL = LogOptions.defaults().withSizes(2048, 512);

    final SegmentedLog log;
    final Disk disk;
    final Map<Integer, Long> persisted = new TreeMap<>();
    final List<FoundRecords> found = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final List<String> damages = new ArrayList<>();
    final List<Boolean> full = new ArrayList<>();
    long nowNanos;
    private long number;

    LogDriver(Disk disk, LogOptions options, Entropy entropy) throws IOException {
        this(disk, SegmentedLog.open(disk, options, entropy));
    }

    LogDriver(Disk disk, SegmentedLog log) {
        this.disk = disk;
        this.log = log;
        log.listen(this);
    }

    static Entropy entropy(long seed) {
        return new Random(seed)::nextLong;
    }

    @Override
    public void persisted(int group, long writeNumber) {
        persisted.put(group, writeNumber);
    }

    @Override
    public void read(FoundRecords records) {
        found.add(records);
    }

    @Override
    public void diskFull(boolean now) {
        full.add(now);
    }

    @Override
    public void damaged(String what, Throwable cause) {
        damages.add(what);
    }

    @Override
    public void failed(String what, Throwable cause) {
        failures.add(what);
    }

    /** Turns both agents until neither wants a turn now. */
    void run() {
        for (int turns = 0; turns < 100_000; turns++) {
            boolean wrote = wantsMore(log.writer());
            boolean kept = wantsMore(log.housekeeping());
            if (!wrote && !kept && !wantsMore(log.writer())) {
                return;
            }
        }
        throw new AssertionError("the agents never rest");
    }

    private boolean wantsMore(Agent agent) {
        return agent.turn(nowNanos) <= nowNanos;
    }

    /** Queues a write; returns its number. */
    long submit(int group, @Nullable SnapshotMark mark, long from, @Nullable HardState state, Entries entries) {
        number++;
        Effects.Write write = new Effects.Write(number, mark, from, state, entries.first(), entries.last());
        log.submit(new LogWrite(group, write, entries.buffers(), entries.bytes()));
        return number;
    }

    long append(int group, long firstIndex, long term, String... commands) {
        return submit(group, null, 0, null, Entries.of(group, firstIndex, term, commands));
    }

    /** The commands read from that index on, in one answer; none when the first is gone. */
    List<String> readCommands(int group, long firstIndex, long lastIndex, int maxBytes) {
        found.clear();
        log.read(group, firstIndex, lastIndex, maxBytes, 7);
        run();
        ByteBuffer records = found.get(0).records();
        return records == null ? List.of() : Entries.commands(records);
    }

    RestartImage image(int group) {
        for (GroupImage image : log.recovered()) {
            if (image.group() == group) {
                return image.image();
            }
        }
        throw new AssertionError("group " + group + " was not recovered");
    }

    /** Encoded records of consecutive entries. */
    record Entries(long first, long last, List<ByteBuffer> buffers) {
        static final Entries NONE = new Entries(0, 0, List.of());

        static Entries of(int group, long firstIndex, long term, String... commands) {
            if (commands.length == 0) {
                return NONE;
            }
            List<ByteBuffer> buffers = new ArrayList<>();
            for (int i = 0; i < commands.length; i++) {
                buffers.add(record(RecordKind.ENTRY, group, firstIndex + i, term, text(commands[i])));
            }
            return new Entries(firstIndex, firstIndex + commands.length - 1, buffers);
        }

        static ByteBuffer record(RecordKind kind, int group, long index, long term, ByteBuffer payload) {
            ByteBuffer record =
                    ByteBuffer.allocate(LogRecord.size(payload.remaining())).order(ByteOrder.LITTLE_ENDIAN);
            LogRecord.put(record, kind, 0, group, index, term, payload);
            return record.flip();
        }

        static ByteBuffer text(String text) {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }

        static List<String> commands(ByteBuffer records) {
            List<String> commands = new ArrayList<>();
            for (int at = 0; at < records.limit(); at += LogRecord.sizeAt(records, at)) {
                commands.add(StandardCharsets.UTF_8
                        .decode(LogRecord.payload(records, at))
                        .toString());
            }
            return commands;
        }

        long bytes() {
            return buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        }
    }
}
