package io.quorate.node.internal;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.EntryRun;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The encoded records of the log's end: each entry is encoded here once, or copied here once from the wire, and the same bytes
 * are then written to the log, sent to followers and applied.
 *
 * <pre>
 *   chunk 7                       chunk 8                       chunk 9
 *   +----+----+---------+---+     +--------+-----+----+----+    +----+------+ . . . . .
 *   | 41 | 42 |  43     |44 |     |  45    | 46  | 47 | 48 |    | 49 |  50  |  free
 *   +----+----+---------+---+     +--------+-----+----+----+    +----+------+ . . . . .
 *              ^ low                                                    ^ high
 * </pre>
 *
 * A chunk is filled from its start and never written behind: a truncated entry's bytes stay as they were, because the log
 * writer or a socket may still read them. A chunk without entries is retired with a {@link Fence}, and used again only when
 * the fence is open: no write and no connection holds a slice of it any more. So memory is recycled without counting
 * references on the hot path, and buffers may be direct.
 *
 * <p>Loop only.
 */
final class EntryRing {
    /** Something that holds slices of a chunk lets go of them in time. */
    interface Fence {
        boolean isOpen();
    }

    private static final int MAX_SPARE_CHUNKS = 4;

    private static final class Chunk {
        final ByteBuffer bytes;
        int entries;

        Chunk(ByteBuffer bytes) {
            this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private record Retired(Chunk chunk, Fence fence) {}

    private final int chunkBytes;
    private final IntFunction<ByteBuffer> allocator;
    private final java.util.function.Supplier<Fence> fences;
    private final ArrayDeque<Retired> retired = new ArrayDeque<>();
    private final ArrayDeque<Chunk> spare = new ArrayDeque<>();

    // Entry i is in chunks[i & mask] at offsets[i & mask]; only [low, high] is meaningful, and within it a null chunk
    // is an
    // entry not yet encoded (the core may give out index n + 1 before n is told as made by itself).
    private @Nullable Chunk[] chunks = new Chunk[256];
    private int[] offsets = new int[256];
    private long low = 1;
    private long high;
    private long bytes;
    private Chunk current;

    /**
     * @param chunkBytes size of a chunk; a longer record gets a chunk of its own
     * @param fences makes the fence of a chunk that is retired at this moment
     */
    EntryRing(int chunkBytes, IntFunction<ByteBuffer> allocator, java.util.function.Supplier<Fence> fences) {
        this.chunkBytes = chunkBytes;
        this.allocator = allocator;
        this.fences = fences;
        this.current = new Chunk(allocator.apply(chunkBytes));
    }

    /** Encodes an entry into its place; flags are those of a record. */
    void encode(RecordKind kind, int flags, int group, long index, long term, ByteBuffer payload) {
        int size = LogRecord.size(payload.remaining());
        ByteBuffer target = room(size);
        place(index, target.position(), size);
        LogRecord.put(target, kind, flags, group, index, term, payload);
    }

    /**
     * Takes received entries, each checked already, from an index on; entries held from there on are dropped.
     *
     * @param records the records of all of {@code run}
     */
    void copy(long fromIndex, EntryRun run, ByteBuffer records) {
        truncateFrom(fromIndex);
        int at = records.position();
        for (long index = run.firstIndex(); index < fromIndex; index++) {
            at += run.recordBytes(index);
        }
        for (long index = fromIndex; index <= run.lastIndex(); index++) {
            int size = run.recordBytes(index);
            ByteBuffer target = room(size);
            place(index, target.position(), size);
            int start = target.position();
            target.put(start, records, at, size).position(start + size);
            at += size;
        }
    }

    boolean holds(long index) {
        return index >= low && index <= high && chunks[slot(index)] != null;
    }

    /** First index held, or one behind the last when empty. */
    long low() {
        return low;
    }

    /** The chunk that holds an entry's record; at {@link #offset}. */
    ByteBuffer buffer(long index) {
        return held(index).bytes;
    }

    int offset(long index) {
        return offsets[slot(index)];
    }

    int size(long index) {
        return LogRecord.sizeAt(buffer(index), offset(index));
    }

    /** The records of a range that is held whole, in as few slices as it lies in. */
    List<ByteBuffer> slices(long firstIndex, long lastIndex) {
        List<ByteBuffer> slices = new ArrayList<>(2);
        long index = firstIndex;
        while (index <= lastIndex) {
            Chunk chunk = held(index);
            int start = offset(index);
            int end = start;
            while (index <= lastIndex && held(index) == chunk && offset(index) == end) {
                end += LogRecord.sizeAt(chunk.bytes, end);
                index++;
            }
            slices.add(chunk.bytes.slice(start, end - start).order(ByteOrder.LITTLE_ENDIAN));
        }
        return slices;
    }

    /** Drops entries from an index on. */
    void truncateFrom(long index) {
        while (high >= index && high >= low) {
            drop(high--);
        }
    }

    /** Drops entries below an index. */
    void release(long newLow) {
        while (low < newLow && low <= high) {
            drop(low++);
        }
        if (low > high) {
            high = low - 1;
        }
        reclaim();
    }

    /** Bytes of the records held. */
    long bytes() {
        return bytes;
    }

    /** Bytes of all chunks, also of those that wait for their fences. */
    long memoryBytes() {
        long sum = current.bytes.capacity();
        Chunk previous = current;
        for (long index = low; index <= high; index++) {
            Chunk chunk = chunks[slot(index)];
            if (chunk != null && chunk != previous && chunk != current) {
                sum += chunk.bytes.capacity();
                previous = chunk;
            }
        }
        return sum
                + retired.stream().mapToLong(r -> r.chunk.bytes.capacity()).sum()
                + spare.stream().mapToLong(c -> c.bytes.capacity()).sum();
    }

    private void drop(long index) {
        Chunk chunk = chunks[slot(index)];
        if (chunk != null) {
            bytes -= LogRecord.sizeAt(chunk.bytes, offsets[slot(index)]);
            chunks[slot(index)] = null;
            chunk.entries--;
            retireIfUnused(chunk);
        }
    }

    private void retireIfUnused(Chunk chunk) {
        if (chunk.entries == 0 && chunk != current) {
            retired.add(new Retired(chunk, fences.get()));
        }
    }

    private void reclaim() {
        while (!retired.isEmpty() && retired.peekFirst().fence.isOpen()) {
            Chunk chunk = retired.removeFirst().chunk;
            if (chunk.bytes.capacity() == chunkBytes && spare.size() < MAX_SPARE_CHUNKS) {
                chunk.bytes.clear();
                spare.add(chunk);
            }
        }
    }

    private ByteBuffer room(int size) {
        if (current.bytes.remaining() < size) {
            Chunk full = current;
            Chunk next = size > chunkBytes ? null : spare.poll();
            current = next != null ? next : new Chunk(allocator.apply(Math.max(size, chunkBytes)));
            retireIfUnused(full);
        }
        return current.bytes;
    }

    private void place(long index, int offset, int size) {
        if (low > high) {
            low = index;
            high = index - 1;
        }
        if ((index < low - 1 && low - index > chunks.length) || index > high + chunks.length) {
            throw new IllegalStateException("entry " + index + " is far from the ring's " + low + ".." + high);
        }
        long newLow = Math.min(low, index);
        long newHigh = Math.max(high, index);
        while (newHigh - newLow >= chunks.length) {
            grow();
        }
        low = newLow;
        high = newHigh;
        if (chunks[slot(index)] != null) {
            throw new IllegalStateException("the ring already holds entry " + index);
        }
        chunks[slot(index)] = current;
        offsets[slot(index)] = offset;
        current.entries++;
        bytes += size;
    }

    private void grow() {
        @Nullable Chunk[] moreChunks = new Chunk[chunks.length * 2];
        int[] moreOffsets = new int[chunks.length * 2];
        for (long index = low; index <= high; index++) {
            moreChunks[(int) index & moreChunks.length - 1] = chunks[slot(index)];
            moreOffsets[(int) index & moreChunks.length - 1] = offsets[slot(index)];
        }
        chunks = moreChunks;
        offsets = moreOffsets;
    }

    private int slot(long index) {
        return (int) index & chunks.length - 1;
    }

    private Chunk held(long index) {
        Chunk chunk = index >= low && index <= high ? chunks[slot(index)] : null;
        if (chunk == null) {
            throw new IllegalStateException("the ring does not hold entry " + index + " but " + low + ".." + high);
        }
        return chunk;
    }
}
