package io.quorate.storage;

import io.quorate.node.port.SnapshotRefusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Checks a snapshot from its first byte to its last, as its bytes come: read from a file or received. Nothing is handed on
 * before its checksum was checked, and the whole is only whole when the manifest agrees with all that came before it.
 */
final class SnapshotScan {
    /** Takes blocks whose checksums hold. */
    interface Visitor {
        Visitor NONE = (part, payload) -> {};

        /** @param payload read-only, big endian, valid during the call */
        void block(int part, ByteBuffer payload) throws IOException;
    }

    private final String path;
    private final long clusterId;
    private final CRC32C all = new CRC32C();
    private @Nullable SnapshotHeader header;
    private @Nullable SnapshotManifest manifest;
    private long offset;
    private int nextNumber;
    private long blocks;

    /**
     * @param path names the snapshot in refusals
     * @param clusterId the one that it must be of; 0: any
     */
    SnapshotScan(String path, long clusterId) {
        this.path = path;
        this.clusterId = clusterId;
    }

    /** All bytes before it are checked: 0, or where a chunk ends. */
    long offset() {
        return offset;
    }

    /** Null before it was read. */
    @Nullable
    SnapshotHeader header() {
        return header;
    }

    /** Null before the end: with it the snapshot is whole. */
    @Nullable
    SnapshotManifest manifest() {
        return manifest;
    }

    /**
     * Takes the header and whole chunks from the position of a little-endian buffer, and leaves the position before what is cut.
     *
     * @throws IOException that names what does not hold; all before {@link #offset} does
     */
    void accept(ByteBuffer bytes, Visitor visitor) throws IOException {
        if (header == null) {
            if (bytes.remaining() < SnapshotHeader.BYTES) {
                return;
            }
            header = SnapshotHeader.read(bytes, bytes.position(), path, clusterId);
            SnapshotFormat.update(all, SnapshotHeader.crc(bytes, bytes.position()));
            advance(bytes, SnapshotHeader.BYTES);
        }
        while (bytes.remaining() >= SnapshotFormat.CHUNK_HEADER_BYTES || (manifest != null && bytes.hasRemaining())) {
            int at = bytes.position();
            if (manifest != null) {
                throw damaged("bytes follow its end");
            }
            int length = SnapshotFormat.payloadBytes(bytes, at);
            if (!SnapshotFormat.lengthFits(length)) {
                throw damaged("a chunk's length of " + Integer.toUnsignedString(length) + " bytes does not fit");
            }
            if (bytes.remaining() < SnapshotFormat.chunkBytes(length)) {
                return;
            }
            takeChunk(bytes, at, length, header, visitor);
            advance(bytes, SnapshotFormat.chunkBytes(length));
        }
    }

    private void advance(ByteBuffer bytes, int count) {
        bytes.position(bytes.position() + count);
        offset += count;
    }

    private void takeChunk(ByteBuffer bytes, int at, int length, SnapshotHeader of, Visitor visitor)
            throws IOException {
        String flaw = SnapshotFormat.flaw(bytes, at, of.id());
        if (flaw == null && SnapshotFormat.number(bytes, at) != nextNumber) {
            flaw = "chunk " + SnapshotFormat.number(bytes, at) + " stands where chunk " + nextNumber + " belongs";
        }
        if (flaw != null) {
            throw damaged(flaw);
        }
        ByteBuffer payload =
                bytes.slice(at + SnapshotFormat.CHUNK_HEADER_BYTES, length).asReadOnlyBuffer();
        switch (SnapshotFormat.kind(bytes, at)) {
            case SnapshotFormat.BLOCK -> {
                blocks++;
                visitor.block(SnapshotFormat.part(bytes, at), payload);
            }
            case SnapshotFormat.MANIFEST -> takeManifest(payload.order(ByteOrder.LITTLE_ENDIAN));
            default -> {}
        }
        SnapshotFormat.update(all, SnapshotFormat.crc(bytes, at));
        nextNumber++;
    }

    private void takeManifest(ByteBuffer payload) throws IOException {
        long end = offset + SnapshotFormat.chunkBytes(payload.remaining());
        SnapshotManifest read;
        try {
            read = SnapshotManifest.read(payload);
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
        if (read.offset() != offset
                || read.bytes() != end
                || read.blocks() != blocks
                || read.crc() != (int) all.getValue()) {
            throw damaged("its manifest does not agree with what is before it");
        }
        manifest = read;
    }

    SnapshotException damaged(String what) {
        return new SnapshotException(SnapshotRefusal.DAMAGED, path, offset, what);
    }
}
