package io.quorate.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Feeds a file to a {@link SnapshotScan}, a window a time, however large its chunks are. */
final class SnapshotFileScan {
    private final DiskFile file;
    private final SnapshotScan scan;
    private ByteBuffer window;

    SnapshotFileScan(DiskFile file, SnapshotScan scan, int windowBytes) {
        this.file = file;
        this.scan = scan;
        window = ByteBuffer.allocate(windowBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads and checks the next piece.
     *
     * @return false at the end of the file, be it within a chunk
     */
    boolean step(SnapshotScan.Visitor visitor) throws IOException {
        long at = scan.offset();
        window.clear();
        boolean atEnd = file.read(window, at) < window.capacity();
        scan.accept(window.flip(), visitor);
        if (scan.offset() == at && !atEnd) {
            window = ByteBuffer.allocate(Math.max(2 * window.capacity(), SnapshotFormat.MAX_CHUNK_BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        return !atEnd;
    }
}
