package io.quorate.node;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * A snapshot of this member's state machine, whole and durable, open to be copied elsewhere. It stays while it is open,
 * whatever is saved meanwhile: {@link #close} it. All methods may be called from any thread and return at once.
 */
public interface SavedState extends AutoCloseable {
    /** The last entry of the log that it covers. */
    long index();

    /** That entry's term. */
    long term();

    /** Size of all. */
    long bytes();

    /**
     * Reads on. One read at a time.
     *
     * @param offset 0, or where the last answer ended
     * @param maxBytes about how much to read; more may come, up to some MiB, where the format does not let it be cut
     * @return what is there from that offset on, checked; empty at the end. Completes exceptionally with a {@link RaftException}
     *     when the disk has failed or lies, after {@link #close}, and on a stopped node
     */
    CompletableFuture<ByteBuffer> read(long offset, int maxBytes);

    /** Lets go of it. Idempotent. */
    @Override
    void close();
}
