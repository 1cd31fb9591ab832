package io.quorate.storage;

import io.quorate.node.port.KeyHash;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a snapshot that is whole by its manifest: all of it, or the one block in which a key stands. Blocks; for one thread at
 * a time. Nothing is given out before its checksum was checked.
 */
public final class SnapshotReader implements AutoCloseable {
    private static final int WINDOW_BYTES = 256 << 10;

    /** Takes blocks in the order in which they were written. */
    public interface Visitor {
        /**
         * @param part position of the image that wrote it
         * @param payload read-only, big endian, valid during the call
         */
        void block(int part, ByteBuffer payload) throws IOException;
    }

    /**
     * Blocks that follow each other and are read together.
     *
     * @param offset of the first one's chunk
     * @param blocks 1, or more where what begins in the first goes on in the next ones
     */
    public record Run(long offset, int blocks) {}

    private final DiskFile file;
    private final String path;
    private final SnapshotHeader header;
    private final SnapshotManifest manifest;
    private final long clusterId;
    private boolean usesFilters = true;
    private long blocksRead;
    private long pagesRead;

    private SnapshotReader(
            DiskFile file, String path, SnapshotHeader header, SnapshotManifest manifest, long clusterId) {
        this.file = file;
        this.path = path;
        this.header = header;
        this.manifest = manifest;
        this.clusterId = clusterId;
    }

    /**
     * Opens a snapshot and reads its header and manifest; what lies between is checked as it is read.
     *
     * @param name on that disk
     * @param clusterId the one that it must be of; 0: any
     * @throws SnapshotException if it is damaged or of another cluster
     * @throws NewerFormatException if a newer version wrote it
     */
    public static SnapshotReader open(Disk disk, String name, long clusterId) throws IOException {
        DiskFile file = disk.open(name);
        try {
            return open(file, disk.path(name), clusterId);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The same of an open file, which it closes with itself. */
    static SnapshotReader open(DiskFile file, String path, long clusterId) throws IOException {
        ByteBuffer first = buffer(SnapshotHeader.BYTES);
        if (file.read(first, 0) < SnapshotHeader.BYTES) {
            throw damaged(path, 0, "the file ends within its header");
        }
        SnapshotHeader header = SnapshotHeader.read(first, 0, path, clusterId);
        try {
            return new SnapshotReader(file, path, header, readManifest(file, path, header), clusterId);
        } catch (SnapshotException e) {
            // It says where no manifest was found; the damage may be far before.
            nameFirst(file, new SnapshotScan(path, clusterId));
            throw e;
        }
    }

    private static void nameFirst(DiskFile file, SnapshotScan scan) throws IOException {
        SnapshotFileScan window = new SnapshotFileScan(file, scan, WINDOW_BYTES);
        boolean more = true;
        while (more) {
            more = window.step(SnapshotScan.Visitor.NONE);
        }
        if (scan.manifest() == null) {
            throw scan.damaged("the file ends before its manifest");
        }
    }

    private static SnapshotManifest readManifest(DiskFile file, String path, SnapshotHeader header) throws IOException {
        long bytes = file.bytes();
        ByteBuffer last = buffer(SnapshotManifest.OFFSET_BYTES);
        file.read(last, Math.max(0, bytes - SnapshotManifest.OFFSET_BYTES));
        long offset = last.getLong(0);
        if (offset < SnapshotHeader.BYTES || offset > bytes - SnapshotFormat.CHUNK_HEADER_BYTES) {
            throw damaged(path, bytes, "the file does not end with a manifest");
        }
        ByteBuffer chunk = readChunk(file, path, header.id(), offset);
        try {
            SnapshotManifest manifest = SnapshotManifest.read(payload(chunk).order(ByteOrder.LITTLE_ENDIAN));
            if (SnapshotFormat.kind(chunk, 0) == SnapshotFormat.MANIFEST
                    && manifest.offset() == offset
                    && manifest.bytes() == bytes) {
                return manifest;
            }
        } catch (IllegalArgumentException e) {
            throw damaged(path, offset, String.valueOf(e.getMessage()));
        }
        throw damaged(path, offset, "the file does not end with its manifest");
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static SnapshotException damaged(String path, long offset, String what) {
        return new SnapshotException(SnapshotRefusal.DAMAGED, path, offset, what);
    }

    /** One checked chunk, from position 0. */
    private static ByteBuffer readChunk(DiskFile file, String path, long id, long offset) throws IOException {
        ByteBuffer head = buffer(SnapshotFormat.CHUNK_HEADER_BYTES);
        int found = file.read(head, offset);
        int length = found < head.capacity() ? 0 : SnapshotFormat.payloadBytes(head, 0);
        if (!SnapshotFormat.lengthFits(length)) {
            throw damaged(path, offset, "no chunk begins there");
        }
        ByteBuffer chunk = buffer(SnapshotFormat.chunkBytes(length));
        String flaw = file.read(chunk, offset) < chunk.capacity()
                ? "the file ends within a chunk"
                : SnapshotFormat.flaw(chunk, 0, id);
        if (flaw != null) {
            throw damaged(path, offset, flaw);
        }
        return chunk.flip();
    }

    private static ByteBuffer payload(ByteBuffer chunk) {
        return chunk.slice(SnapshotFormat.CHUNK_HEADER_BYTES, SnapshotFormat.payloadBytes(chunk, 0))
                .asReadOnlyBuffer();
    }

    public SnapshotInfo info() {
        return new SnapshotInfo(
                header.group(),
                new SnapshotMark(header.index(), header.term(), manifest.membership()),
                header.id(),
                manifest.bytes());
    }

    public long clusterId() {
        return header.clusterId();
    }

    /** How many images it was written from. */
    public int parts() {
        return manifest.parts();
    }

    public long blocks() {
        return manifest.blocks();
    }

    /** Blocks that were read so far, and index pages. */
    public long blocksRead() {
        return blocksRead;
    }

    public long pagesRead() {
        return pagesRead;
    }

    /** Without its filters every key that lies between two first keys costs a block. For measuring; they are used otherwise. */
    public void useFilters(boolean use) {
        usesFilters = use;
    }

    /**
     * Where a key of a part stands, if it is in it at all. Reads one index page and no block.
     *
     * @return null if it is not in the snapshot, for certain
     */
    public @Nullable Run blockOf(int part, byte[] key) throws IOException {
        SnapshotManifest.Page page = page(part, key);
        if (page == null) {
            return null;
        }
        ByteBuffer chunk = readChunk(file, path, header.id(), page.offset());
        pagesRead++;
        if (SnapshotFormat.kind(chunk, 0) != SnapshotFormat.PAGE) {
            throw damaged(path, page.offset(), "no index page stands where the manifest says");
        }
        try {
            return find(payload(chunk).order(ByteOrder.LITTLE_ENDIAN), key);
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw damaged(path, page.offset(), "its index page cannot be read");
        }
    }

    /** The last page of the part that begins at or before the key. */
    private SnapshotManifest.@Nullable Page page(int part, byte[] key) {
        SnapshotManifest.Page found = null;
        for (SnapshotManifest.Page page : manifest.pages()) {
            if (page.part() == part && Arrays.compareUnsigned(page.firstKey(), key) <= 0) {
                found = page;
            }
        }
        return found;
    }

    /** The last entry that begins at or before the key, if its filter lets the key pass. */
    private @Nullable Run find(ByteBuffer page, byte[] key) {
        page.position(1);
        Run found = null;
        int filterAt = 0;
        int filterBytes = 0;
        for (int left = page.getInt(); left > 0; left--) {
            Run run = new Run(page.getLong(), page.getInt());
            byte[] firstKey = new byte[page.getShort() & 0xffff];
            int bytes = page.getInt();
            page.get(firstKey);
            if (Arrays.compareUnsigned(firstKey, key) > 0) {
                break;
            }
            found = run;
            filterAt = page.position();
            filterBytes = bytes;
            page.position(filterAt + bytes);
        }
        boolean mayBe = !usesFilters || BloomFilter.mayContain(page, filterAt, filterBytes, KeyHash.of(key));
        return mayBe ? found : null;
    }

    /** Reads the first block: what an image says of itself. */
    public void readFirst(Visitor visitor) throws IOException {
        read(new Run(SnapshotHeader.BYTES, 1), visitor);
    }

    /** Reads the blocks of a run. */
    public void read(Run run, Visitor visitor) throws IOException {
        long at = run.offset;
        for (int left = run.blocks; left > 0; ) {
            ByteBuffer chunk = readChunk(file, path, header.id(), at);
            if (SnapshotFormat.kind(chunk, 0) == SnapshotFormat.BLOCK) {
                visitor.block(SnapshotFormat.part(chunk, 0), payload(chunk));
                blocksRead++;
                left--;
            }
            at += chunk.capacity();
        }
    }

    /**
     * Checks every byte, and hands on each block when it was checked.
     *
     * @throws SnapshotException that names the first byte of what does not hold
     */
    public void readAll(Visitor visitor) throws IOException {
        Pass pass = pass(visitor);
        boolean more = true;
        while (more) {
            more = pass.step();
        }
    }

    /** Reads all, piece by piece. */
    Pass pass(Visitor visitor) {
        return new Pass(visitor);
    }

    /**
     * Whole chunks from an offset, checked, for another member.
     *
     * @param offset 0, or where a chunk begins
     * @param maxBytes bound on the answer; a first chunk larger than it comes alone
     * @return none at the end of the file
     */
    ByteBuffer readChunks(long offset, int maxBytes) throws IOException {
        int bytes = (int) Math.min(manifest.bytes() - offset, Math.max(maxBytes, SnapshotFormat.CHUNK_HEADER_BYTES));
        ByteBuffer found = buffer(Math.max(bytes, 0));
        file.read(found, offset);
        found.flip();
        int end = wholeChunks(found, offset);
        if (end == 0 && found.hasRemaining()) {
            return offset == 0
                    ? readChunks(0, maxBytes + SnapshotHeader.BYTES)
                    : readChunk(file, path, header.id(), offset);
        }
        return found.limit(end);
    }

    /** Where the last whole chunk in the buffer ends. */
    private int wholeChunks(ByteBuffer found, long offset) throws IOException {
        int at = 0;
        if (offset == 0) {
            if (found.limit() < SnapshotHeader.BYTES) {
                return 0;
            }
            SnapshotHeader.read(found, 0, path, clusterId);
            at = SnapshotHeader.BYTES;
        }
        while (found.limit() - at >= SnapshotFormat.CHUNK_HEADER_BYTES) {
            int length = SnapshotFormat.payloadBytes(found, at);
            if (!SnapshotFormat.lengthFits(length)) {
                throw damaged(path, offset + at, "no chunk begins there");
            }
            if (SnapshotFormat.chunkBytes(length) > found.limit() - at) {
                break;
            }
            String flaw = SnapshotFormat.flaw(found, at, header.id());
            if (flaw != null) {
                throw damaged(path, offset + at, flaw);
            }
            at += SnapshotFormat.chunkBytes(length);
        }
        return at;
    }

    /**
     * Writes it anew, for another cluster and other members: the same chunks at the same places, each checked, and a manifest
     * that says who the members are.
     */
    void copyTo(DiskFile to, long newClusterId, Membership members) throws IOException {
        CRC32C found = new CRC32C();
        CRC32C copied = new CRC32C();
        ByteBuffer first = buffer(SnapshotHeader.BYTES);
        header.put(first, 0);
        SnapshotFormat.update(found, SnapshotHeader.crc(first, 0));
        new SnapshotHeader(header.group(), newClusterId, header.id(), header.index(), header.term()).put(first, 0);
        SnapshotFormat.update(copied, SnapshotHeader.crc(first, 0));
        to.write(first, 0);
        int number = 0;
        for (long at = SnapshotHeader.BYTES; at < manifest.offset(); number++) {
            ByteBuffer chunk = readChunk(file, path, header.id(), at);
            SnapshotFormat.update(found, SnapshotFormat.crc(chunk, 0));
            SnapshotFormat.update(copied, SnapshotFormat.crc(chunk, 0));
            int bytes = chunk.remaining();
            to.write(chunk, at);
            at += bytes;
        }
        if ((int) found.getValue() != manifest.crc()) {
            throw damaged(path, manifest.offset(), "its manifest does not agree with what is before it");
        }
        writeManifest(to, number, members, (int) copied.getValue());
    }

    private void writeManifest(DiskFile to, int number, Membership members, int crc) throws IOException {
        int pageBytes = manifest.pages().stream()
                .mapToInt(SnapshotManifest.Page::encodedBytes)
                .sum();
        int length = SnapshotManifest.payloadBytes(members, pageBytes);
        long bytes = manifest.offset() + SnapshotFormat.chunkBytes(length);
        ByteBuffer chunk = buffer(SnapshotFormat.chunkBytes(length));
        new SnapshotManifest(
                        manifest.offset(), bytes, manifest.blocks(), manifest.parts(), crc, members, manifest.pages())
                .put(chunk.position(SnapshotFormat.CHUNK_HEADER_BYTES));
        SnapshotFormat.putChunk(chunk, 0, SnapshotFormat.MANIFEST, 0, number, length, header.id());
        to.write(chunk.clear(), manifest.offset());
    }

    @Override
    public void close() {
        file.close();
    }

    /** One reading of the whole file in bounded pieces. */
    final class Pass {
        private final SnapshotScan scan = new SnapshotScan(path, clusterId);
        private final SnapshotFileScan window = new SnapshotFileScan(file, scan, WINDOW_BYTES);
        private final Visitor visitor;

        Pass(Visitor visitor) {
            this.visitor = visitor;
        }

        /** All before it was read and checked. */
        long offset() {
            return scan.offset();
        }

        /** Reads the next piece; returns whether there is more. */
        boolean step() throws IOException {
            boolean more = window.step((part, payload) -> {
                blocksRead++;
                visitor.block(part, payload);
            });
            if (!more && scan.manifest() == null) {
                throw scan.damaged("the file ends before its manifest");
            }
            return more;
        }
    }

    List<SnapshotManifest.Page> pages() {
        return manifest.pages();
    }
}
