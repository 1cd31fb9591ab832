package io.quorate.storage;

import io.quorate.node.port.SnapshotRefusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A snapshot that was copied out of its cluster, as a file by itself: its bytes, then a trailer.
 *
 * <pre>
 *   0                    n           k * 512 - 8      k * 512              k * 512 + 32
 *   +--------------------+-----------+----------------+--------------------+
 *   | snapshot, n bytes  | 0 … 0     | n, u64         | SHA-256 of all     |
 *   |                    |           | little endian  | before it          |
 *   +--------------------+-----------+----------------+--------------------+
 * </pre>
 *
 * The lengths are those by which etcdctl knows a whole file. A snapshot as it lies in a data directory, without a trailer, is read
 * too: its own checksums cover every byte.
 */
public final class SavedSnapshot implements AutoCloseable {
    /** Size of the digest at the end. */
    public static final int DIGEST_BYTES = 32;

    private static final int UNIT_BYTES = 512;
    private static final int WINDOW_BYTES = 1 << 20;

    private final FileDisk disk;
    private final DiskFile file;
    private final Path path;
    private final boolean hasTrailer;
    private final SnapshotReader reader;

    private SavedSnapshot(FileDisk disk, DiskFile file, Path path, boolean hasTrailer, SnapshotReader reader) {
        this.disk = disk;
        this.file = file;
        this.path = path;
        this.hasTrailer = hasTrailer;
        this.reader = reader;
    }

    /** What stands between a snapshot of that size and the digest: zeros and the size, in all a multiple of 512 bytes. */
    public static ByteBuffer padding(long snapshotBytes) {
        int bytes = (int) (paddedBytes(snapshotBytes) - snapshotBytes);
        ByteBuffer padding = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        padding.putLong(bytes - Long.BYTES, snapshotBytes);
        return padding;
    }

    /** Where the digest begins. */
    private static long paddedBytes(long snapshotBytes) {
        return (snapshotBytes + Long.BYTES + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
    }

    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    /**
     * Opens one and reads what says where the rest is. {@link #check} reads it all.
     *
     * @throws SnapshotException if it is cut, or damaged in what was read, or no snapshot
     * @throws NewerFormatException if a newer version wrote it
     */
    public static SavedSnapshot open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IOException(Files.exists(path) ? path + " is no file" : "there is no file " + path);
        }
        Path folder = path.toAbsolutePath().getParent();
        FileDisk disk = FileDisk.readOnly(folder == null ? Path.of("/") : folder);
        DiskFile file = null;
        try {
            file = disk.open(path.getFileName().toString());
            long trailed = trailedBytes(file);
            DiskFile snapshot = trailed == 0 ? file : new Beginning(file, trailed);
            return new SavedSnapshot(disk, file, path, trailed != 0, SnapshotReader.open(snapshot, path.toString(), 0));
        } catch (IOException | RuntimeException e) {
            if (file != null) {
                file.close();
            }
            disk.close();
            throw e;
        }
    }

    /** Size of the snapshot before a trailer; 0 where no trailer ends the file. */
    private static long trailedBytes(DiskFile file) throws IOException {
        long padded = file.bytes() - DIGEST_BYTES;
        if (padded < UNIT_BYTES || padded % UNIT_BYTES != 0) {
            return 0;
        }
        ByteBuffer size = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(size, padded - Long.BYTES);
        long bytes = size.getLong(0);
        return bytes > 0 && bytes < padded && paddedBytes(bytes) == padded ? bytes : 0;
    }

    /** Its blocks, and where a key stands. Closed with this. */
    public SnapshotReader reader() {
        return reader;
    }

    /**
     * Checks every byte of the file.
     *
     * @param visitor gets each block
     * @return the digest of the file's content, which names it: equal for equal snapshots, with or without a trailer
     * @throws SnapshotException that names the first place that does not hold
     */
    public byte[] check(SnapshotReader.Visitor visitor) throws IOException {
        reader.readAll(visitor);
        long bytes = reader.info().bytes();
        MessageDigest digest = digest();
        update(digest, bytes);
        digest.update(padding(bytes));
        byte[] whole = digest.digest();
        if (hasTrailer
                && !Arrays.equals(
                        padding(bytes).array(), read(bytes, padding(bytes).capacity()))) {
            throw new SnapshotException(
                    SnapshotRefusal.DAMAGED, path.toString(), bytes, "what is between it and its SHA-256 is not zero");
        }
        if (hasTrailer && !Arrays.equals(whole, read(paddedBytes(bytes), DIGEST_BYTES))) {
            throw new SnapshotException(
                    SnapshotRefusal.DAMAGED, path.toString(), bytes, "the SHA-256 at its end does not hold");
        }
        return whole;
    }

    private void update(MessageDigest digest, long bytes) throws IOException {
        ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
        for (long at = 0; at < bytes; at += window.limit()) {
            window.clear().limit((int) Math.min(window.capacity(), bytes - at));
            file.read(window, at);
            digest.update(window.flip());
        }
    }

    private byte[] read(long at, int bytes) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(bytes);
        file.read(found, at);
        return found.array();
    }

    /** Whether it ends with a digest; one copied out of a data directory does not. */
    public boolean hasTrailer() {
        return hasTrailer;
    }

    @Override
    public void close() {
        reader.close();
        disk.close();
    }

    /** A file as if it ended earlier. */
    private record Beginning(DiskFile file, long bytes) implements DiskFile {
        @Override
        public int read(ByteBuffer target, long at) throws IOException {
            long left = Math.max(0, bytes - at);
            if (target.remaining() <= left) {
                return file.read(target, at);
            }
            int limit = target.limit();
            target.limit(target.position() + (int) left);
            try {
                return file.read(target, at);
            } finally {
                target.limit(limit);
            }
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            throw new IOException("a saved snapshot is only read");
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
