package io.quorate.node.internal;

import io.quorate.node.port.Agent;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.SnapshotStore;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.node.port.Wakeup;
import io.quorate.raft.SnapshotMark;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Snapshots in memory, each call after a while: a whole one, and what was received of one, outlive the process. */
final class FakeSnapshots implements SnapshotStore {
    private static final long CALL_NANOS = 200_000;
    private static final int HEADER_BYTES = 4;

    record File(SnapshotInfo info, List<byte[]> blocks) {
        int bytes() {
            return blocks.stream()
                    .mapToInt(block -> HEADER_BYTES + block.length)
                    .sum();
        }
    }

    private static final class Work {
        boolean sends;
        SnapshotInfo info;
    }

    final TreeMap<Long, File> files = new TreeMap<>();
    private final Map<Long, ByteArrayOutputStream> parts = new TreeMap<>();
    private final VirtualTime time;
    private final long seed;
    private long drawn;
    private Map<Long, Work> works = new TreeMap<>();
    private Listener listener;
    private int life;

    boolean full;

    /** Index of the one that the disk has spoiled; 0: none. */
    long damaged;

    /** While it stands still, what is asked waits. */
    boolean stalled;

    private final List<Runnable> waiting = new ArrayList<>();

    /** How often it was asked to receive. */
    int askedToReceive;

    /** Offsets from which receiving began. */
    final List<Long> begun = new ArrayList<>();

    FakeSnapshots(VirtualTime time, long seed) {
        this.time = time;
        this.seed = seed;
    }

    @Override
    public List<SnapshotInfo> snapshots() {
        return files.values().stream().map(File::info).toList();
    }

    @Override
    public void known(int group, SnapshotMark mark) {
        throw new UnsupportedOperationException("nothing is restored from a saved snapshot here");
    }

    /** Also the beginning of a life: what was asked before is forgotten. */
    @Override
    public void listen(Listener newListener) {
        listener = newListener;
        works = new TreeMap<>();
        waiting.clear();
        life++;
    }

    private void later(Runnable call) {
        int thisLife = life;
        time.after(CALL_NANOS, () -> {
            if (thisLife == life) {
                if (stalled) {
                    waiting.add(call);
                } else {
                    call.run();
                }
            }
        });
    }

    void goOn() {
        stalled = false;
        List<Runnable> calls = List.copyOf(waiting);
        waiting.clear();
        calls.forEach(Runnable::run);
    }

    @Override
    public void write(long token, int group, SnapshotMark mark, List<StateImage> images) {
        works.put(token, new Work());
        later(() -> {
            if (works.remove(token) == null) {
                return;
            }
            List<byte[]> blocks = new ArrayList<>();
            for (int part = 0; part < images.size(); part++) {
                StateImage image = images.get(part);
                byte number = (byte) part;
                boolean more = !full;
                while (more) {
                    more = image.writeNext(new BlockSink() {
                        @Override
                        public void block(ByteBuffer payload, byte[] firstKey, long[] keyHashes, int keys) {
                            byte[] bytes = new byte[1 + payload.remaining()];
                            bytes[0] = number;
                            payload.get(bytes, 1, bytes.length - 1);
                            blocks.add(bytes);
                        }
                    });
                }
                image.close();
            }
            if (full) {
                listener.refused(token, SnapshotRefusal.DISK_FULL, "no room for the snapshot at " + mark.index());
                return;
            }
            blocks.add(new byte[0]); // as a manifest: no snapshot is empty
            File file = new File(new SnapshotInfo(group, mark, seed * 1000 + ++drawn, 0), blocks);
            SnapshotInfo info = new SnapshotInfo(group, mark, file.info.id(), file.bytes());
            files.put(mark.index(), new File(info, blocks));
            listener.written(token, info);
        });
    }

    @Override
    public void open(long token, int group, long index) {
        works.put(token, new Work());
        later(() -> {
            Work work = works.get(token);
            File file = index == 0 ? files.lastEntry().getValue() : files.get(index);
            if (work != null && file == null) {
                works.remove(token);
                listener.refused(token, SnapshotRefusal.GONE, "there is none at " + index);
            } else if (work != null) {
                work.sends = true;
                work.info = file.info;
                listener.opened(token, file.info);
            }
        });
    }

    @Override
    public void read(long token, long offset, int maxBytes) {
        later(() -> {
            Work work = works.get(token);
            if (work == null) {
                return;
            }
            if (work.info.mark().index() == damaged) {
                works.remove(token);
                listener.refused(token, SnapshotRefusal.DAMAGED, "a checksum does not hold");
                return;
            }
            long at = 0;
            ByteArrayOutputStream found = new ByteArrayOutputStream();
            for (byte[] block : files.get(work.info.mark().index()).blocks) {
                boolean fits = found.size() == 0 || found.size() + HEADER_BYTES + block.length <= maxBytes / 1000;
                if (at >= offset && fits) {
                    found.writeBytes(ByteBuffer.allocate(HEADER_BYTES)
                            .putInt(block.length)
                            .array());
                    found.writeBytes(block);
                } else if (at >= offset) {
                    break;
                }
                at += HEADER_BYTES + block.length;
            }
            listener.read(token, offset, ByteBuffer.wrap(found.toByteArray()));
        });
    }

    @Override
    public void restore(long token, int group, long index, List<StateRestore> states) {
        works.put(token, new Work());
        later(() -> {
            if (works.remove(token) != null) {
                files.get(index).blocks.stream()
                        .filter(block -> block.length > 0)
                        .forEach(block -> states.get(block[0])
                                .block(ByteBuffer.wrap(block, 1, block.length - 1)
                                        .slice()));
                listener.restored(token, files.get(index).info);
            }
        });
    }

    @Override
    public void receive(long token, SnapshotInfo offered) {
        askedToReceive++;
        Work work = new Work();
        work.info = offered;
        works.put(token, work);
        later(() -> {
            if (works.get(token) != work || refuses(token)) {
                return;
            }
            parts.keySet().removeIf(id -> id != offered.id());
            ByteArrayOutputStream part = parts.computeIfAbsent(offered.id(), id -> new ByteArrayOutputStream());
            begun.add((long) part.size());
            listener.receiving(token, part.size());
        });
    }

    private boolean refuses(long token) {
        if (full) {
            works.remove(token);
            parts.clear();
            listener.refused(token, SnapshotRefusal.DISK_FULL, "no room to receive");
        }
        return full;
    }

    @Override
    public void chunks(long token, long offset, ByteBuffer chunks) {
        later(() -> {
            Work work = works.get(token);
            if (work == null || refuses(token)) {
                return;
            }
            ByteArrayOutputStream part = parts.get(work.info.id());
            if (offset != part.size()) {
                throw new AssertionError("chunks at " + offset + " behind " + part.size());
            }
            byte[] bytes = new byte[chunks.remaining()];
            chunks.get(bytes);
            part.writeBytes(bytes);
            if (part.size() < work.info.bytes()) {
                listener.receiving(token, part.size());
                return;
            }
            works.remove(token);
            parts.remove(work.info.id());
            files.put(work.info.mark().index(), new File(work.info, blocks(part.toByteArray())));
            listener.received(token, work.info);
        });
    }

    private static List<byte[]> blocks(byte[] all) {
        List<byte[]> blocks = new ArrayList<>();
        for (ByteBuffer in = ByteBuffer.wrap(all); in.hasRemaining(); ) {
            byte[] block = new byte[in.getInt()];
            in.get(block);
            blocks.add(block);
        }
        return blocks;
    }

    @Override
    public void release(long token) {
        works.remove(token);
    }

    @Override
    public void dropBefore(int group, long index) {
        files.keySet()
                .removeIf(at -> at < index
                        && works.values().stream()
                                .noneMatch(
                                        work -> work.sends && work.info.mark().index() == at));
    }

    @Override
    public Agent agent() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void wakeup(Wakeup wakeup) {}

    @Override
    public void close() {}
}
