package io.quorate.storage;

import java.io.IOException;
import java.util.List;

/**
 * One data directory, held by one process. Calls block. What was written is certain to outlive a power loss only after
 * {@link DiskFile#force()} (its bytes and length) and {@link #forceDirectory()} (its name). Two threads may use it at once,
 * on different files or on different parts of one.
 *
 * <p>Names are flat: letters, digits, {@code -} and {@code .}; no folders.
 */
public interface Disk extends AutoCloseable {
    /**
     * A new file of that length, filled with zeros that may not have blocks yet.
     *
     * @throws DiskFullException if there is no room
     * @throws IOException also if the name is taken
     */
    DiskFile create(String name, long bytes) throws IOException;

    /** An existing file, to read and to write. */
    DiskFile open(String name) throws IOException;

    /** Moves a name, at once and as a whole; a file that had the new name is gone. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /** All names, sorted. */
    List<String> list() throws IOException;

    /** When it returns, every create, rename and delete made before is durable. */
    void forceDirectory() throws IOException;

    /** Bytes that can still be written, as far as the file system says. */
    long freeBytes() throws IOException;

    /** The name as a person would look for it, for error texts. */
    String path(String name);

    /** Lets another process have the directory. */
    @Override
    void close();
}
