package io.quorate.storage;

import io.quorate.node.port.Agent;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.KeyHash;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.SnapshotStore;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A snapshot store, driven by hand, and everything it told. */
final class SnapshotDriver implements SnapshotStore.Listener {
    static final long CLUSTER = 0xc1;
    static final SnapshotOptions OPTIONS = SnapshotOptions.defaults().withReserveBytes(0);

    final SnapshotFiles store;
    final List<String> told = new ArrayList<>();
    long nextOffset = -1;

    @Nullable
    ByteBuffer chunks;

    @Nullable
    SnapshotInfo info;

    @Nullable
    SnapshotRefusal refusal;

    SnapshotDriver(Disk disk) throws IOException {
        this(disk, OPTIONS);
    }

    SnapshotDriver(Disk disk, SnapshotOptions options) throws IOException {
        store = SnapshotFiles.open(disk, CLUSTER, options, LogDriver.entropy(7));
        store.listen(this);
    }

    /** Turns the agent until it waits; what is paced is not waited for. */
    SnapshotDriver run() {
        long now = 0;
        for (long next = now; next != Agent.NEVER; ) {
            now = Math.max(now, next);
            next = store.agent().turn(now);
        }
        return this;
    }

    static SnapshotMark mark(long index) {
        Member member = new Member(1, 2, "n1", List.of("http://n1:2380"));
        return new SnapshotMark(index, 3, new Membership(List.of(member), List.of(1L), List.of()));
    }

    SnapshotInfo take(int group, long index, Texts... parts) {
        store.write(1, group, mark(index), List.of(parts));
        run();
        if (info == null || info.mark().index() != index) {
            throw new AssertionError("the snapshot was not written: " + told);
        }
        return info;
    }

    @Override
    public void written(long token, SnapshotInfo snapshot) {
        told.add("written " + snapshot.mark().index());
        info = snapshot;
    }

    @Override
    public void opened(long token, SnapshotInfo snapshot) {
        told.add("opened " + snapshot.mark().index());
        info = snapshot;
    }

    @Override
    public void read(long token, long offset, ByteBuffer found) {
        chunks = found;
    }

    @Override
    public void restored(long token, SnapshotInfo snapshot) {
        told.add("restored " + snapshot.mark().index());
    }

    @Override
    public void receiving(long token, long offset) {
        nextOffset = offset;
    }

    @Override
    public void received(long token, SnapshotInfo snapshot) {
        told.add("received " + snapshot.mark().index());
        info = snapshot;
        nextOffset = -1;
    }

    @Override
    public void refused(long token, SnapshotRefusal reason, String what) {
        told.add("refused " + reason + ": " + what);
        refusal = reason;
        nextOffset = -1;
    }

    /** A state of sorted texts, in blocks of about a size. A text that is longer goes on in blocks without a first key. */
    static final class Texts implements StateImage, StateRestore {
        final TreeMap<String, String> texts = new TreeMap<>();
        final int blockBytes;
        boolean closed;
        boolean finished;
        private final StringBuilder restored = new StringBuilder();
        private @Nullable Iterator<Map.Entry<String, String>> rest;
        private String cut = "";

        Texts(int blockBytes) {
            this.blockBytes = blockBytes;
        }

        /** With the keys {@code name/00000}, {@code name/00002} and so on. */
        static Texts of(String name, int count, int blockBytes) {
            Texts texts = new Texts(blockBytes);
            for (int i = 0; i < count; i++) {
                texts.texts.put(key(name, 2 * i), "value " + i);
            }
            return texts;
        }

        static String key(String name, int number) {
            return String.format(java.util.Locale.ROOT, "%s/%05d", name, number);
        }

        static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public boolean writeNext(BlockSink sink) {
            if (rest == null) {
                rest = texts.entrySet().iterator();
            }
            if (!cut.isEmpty()) {
                String now = cut.substring(0, Math.min(blockBytes, cut.length()));
                cut = cut.substring(now.length());
                sink.block(ByteBuffer.wrap(bytes(now)));
                return true;
            }
            StringBuilder block = new StringBuilder();
            byte[] first = null;
            long[] hashes = new long[blockBytes];
            int keys = 0;
            while (block.length() < blockBytes && rest.hasNext()) {
                Map.Entry<String, String> next = rest.next();
                first = first == null ? bytes(next.getKey()) : first;
                hashes[keys++] = KeyHash.of(bytes(next.getKey()));
                block.append(next.getKey()).append('=').append(next.getValue()).append('\n');
            }
            if (first == null) {
                return false;
            }
            cut = block.length() > 2 * blockBytes ? block.substring(blockBytes) : "";
            block.setLength(block.length() - cut.length());
            sink.block(ByteBuffer.wrap(bytes(block.toString())), first, hashes, keys);
            return true;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void block(ByteBuffer payload) {
            restored.append(StandardCharsets.UTF_8.decode(payload));
        }

        @Override
        public void finish() {
            restored.toString().lines().forEach(line -> {
                int at = line.indexOf('=');
                texts.put(line.substring(0, at), line.substring(at + 1));
            });
            finished = true;
        }
    }
}
