package io.quorate.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a {@link Disk}. */
public interface DiskFile extends AutoCloseable {
    /**
     * Fills the target from that offset; fewer bytes only at the end of the file.
     *
     * @return bytes read, 0 at the end of the file
     */
    int read(ByteBuffer target, long at) throws IOException;

    /**
     * Writes all of the source at that offset; a write that ends behind the end makes the file longer.
     *
     * @throws DiskFullException if there is no room; some of it may be written
     */
    void write(ByteBuffer source, long at) throws IOException;

    /** When it returns, every byte written before is on stable storage, and so is the length. */
    void force() throws IOException;

    long bytes() throws IOException;

    @Override
    void close();
}
