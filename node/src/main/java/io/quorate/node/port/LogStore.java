package io.quorate.node.port;

import io.quorate.raft.Effects;
import io.quorate.raft.RestartImage;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log of one process, shared by its groups. {@link #submit} and {@link #read} are called by the node's loop and return at
 * once; the work is done by the store's own agents, and the {@link Listener} hears of it from their threads.
 */
public interface LogStore extends AutoCloseable {
    /** What recovery found. Everything in it is durable. */
    record GroupImage(int group, RestartImage image) {}

    /**
     * One numbered write of one group.
     *
     * @param write what to record
     * @param records the encoded records of the entries {@code write.firstIndex()..lastIndex()}, in order, each buffer from
     *     position to limit holding whole records; not changed and not reused before the write is persisted
     * @param recordBytes sum of the remaining bytes of {@code records}
     */
    record LogWrite(int group, Effects.Write write, List<ByteBuffer> records, long recordBytes) {}

    /**
     * What a read found: whole records of consecutive entries from the index asked for.
     *
     * @param records little endian, position 0; null when the first index is not in the log any more
     */
    record FoundRecords(
            int group,
            long token,
            long firstIndex,
            long lastIndex,
            @Nullable ByteBuffer records) {}

    /** Hears of finished work, on the threads of the store's agents; hands it to the loop and returns at once. */
    interface Listener {
        /** That write, and all submitted before it for the group, is on stable storage. */
        void persisted(int group, long writeNumber);

        void read(FoundRecords found);

        /**
         * The disk has no room for the next segment, or has room again. While it is full, votes and truncations go on in what
         * is left of the segment being written; entries must not be submitted any more.
         */
        default void diskFull(boolean full) {}

        /**
         * Something that was read is not what was written, and is handed to nobody. What is submitted is still persisted; nothing is
         * read any more, and no room is made. The member is to end soon: its next start repairs.
         */
        default void damaged(String what, Throwable cause) {
            failed(what, cause);
        }

        /** The disk failed: nothing more will be persisted, and what was not reported may or may not be there. Fatal. */
        void failed(String what, Throwable cause);
    }

    /** By rising group; empty on a new directory. */
    List<GroupImage> recovered();

    /** Must be called once, before anything is submitted. */
    void listen(Listener listener);

    /** Queues a write. Writes of all groups are persisted in the order of submission, batched as they come. */
    void submit(LogWrite write);

    /**
     * Queues a read of records, answered with the token.
     *
     * @param maxBytes bound on the answer; a first record larger than it comes alone
     */
    void read(int group, long firstIndex, long lastIndex, int maxBytes, long token);

    /** Entries below that index are not needed any more: whole segments of them may be recycled. */
    void removeBefore(int group, long index);

    /**
     * Entries were applied, and touched those keys: what the filters of their segments are made of. Called in the order of the
     * log, for entries of every kind, before {@link #removeBefore} may take them, and only for a state machine that reports its
     * keys. Segments with entries of which nothing was said here have no filter.
     *
     * @param firstIndex of the entries; just behind the last one of the call before, but after a snapshot was restored
     * @param keyHashes the {@link KeyHash} of each key, in any order, repeated or not; not kept
     * @param keys how many of them count
     */
    default void applied(int group, long firstIndex, long lastIndex, long[] keyHashes, int keys) {}

    /** Persists writes: one flush in flight, all that waits meanwhile is the next batch. Wants a thread of its own. */
    Agent writer();

    /** Reads, fills and recycles segments. Wants a thread of its own. */
    Agent housekeeping();

    /** How the writer's driver, then housekeeping's, is woken; must be called before the first turn. */
    void wakeups(Wakeup writer, Wakeup housekeeping);

    /** Releases files and the directory's lock. The agents must not be turned any more. */
    @Override
    void close();
}
