package io.quorate.storage;

import io.quorate.node.port.BlockSink;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes a snapshot from its first byte to its last. Blocks are put together in memory, as they are given, and reach the file
 * with {@link #write}.
 */
final class SnapshotWriter implements BlockSink {
    private final DiskFile file;
    private final SnapshotHeader header;
    private final SnapshotIndex index;
    private final CRC32C all = new CRC32C();
    private ByteBuffer staged = buffer(2 * TARGET_BYTES);
    private long written;
    private int part;
    private int number;
    private long blocks;

    SnapshotWriter(DiskFile file, SnapshotHeader header, double falsePositiveRate) {
        this.file = file;
        this.header = header;
        index = new SnapshotIndex(falsePositiveRate);
        header.put(staged, 0);
        SnapshotFormat.update(all, SnapshotHeader.crc(staged, 0));
        staged.position(SnapshotHeader.BYTES);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void block(ByteBuffer payload, byte @Nullable [] firstKey, long[] keyHashes, int keys) {
        if (!payload.hasRemaining() || payload.remaining() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a block must have 1 to " + MAX_BYTES + " bytes, got " + payload.remaining());
        }
        index.block(offset(), firstKey, keyHashes, keys);
        stage(SnapshotFormat.BLOCK, payload);
        blocks++;
        stagePage(false);
    }

    private long offset() {
        return written + staged.position();
    }

    private void stagePage(boolean last) {
        ByteBuffer page = index.takePage(offset(), last);
        if (page != null) {
            stage(SnapshotFormat.PAGE, page);
        }
    }

    private void stage(int kind, ByteBuffer payload) {
        int length = payload.remaining();
        int at = staged.position();
        reserve(SnapshotFormat.chunkBytes(length));
        staged.put(at + SnapshotFormat.CHUNK_HEADER_BYTES, payload, payload.position(), length);
        SnapshotFormat.putChunk(staged, at, kind, part, number++, length, header.id());
        SnapshotFormat.update(all, SnapshotFormat.crc(staged, at));
        staged.position(at + SnapshotFormat.chunkBytes(length));
    }

    private void reserve(int bytes) {
        if (staged.remaining() < bytes) {
            ByteBuffer larger = buffer(Math.max(2 * staged.capacity(), staged.position() + bytes));
            staged = larger.put(staged.flip());
        }
    }

    /** All blocks of the part were given. */
    void endPart() {
        stagePage(true);
        part++;
        index.begin(part);
    }

    /** All parts were ended: puts the manifest behind them. */
    void endAll(Membership membership) {
        int length = SnapshotManifest.payloadBytes(membership, index.directoryBytes());
        long bytes = offset() + SnapshotFormat.chunkBytes(length);
        ByteBuffer payload = buffer(length);
        new SnapshotManifest(offset(), bytes, blocks, part, (int) all.getValue(), membership, index.pages())
                .put(payload);
        part = 0;
        stage(SnapshotFormat.MANIFEST, payload.flip());
    }

    /** Writes what was given since the last call; returns how many bytes the file has. */
    long write() throws IOException {
        staged.flip();
        int count = staged.remaining();
        file.write(staged, written);
        written += count;
        staged.clear();
        return written;
    }
}
