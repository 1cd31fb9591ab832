package io.quorate.node.port;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the blocks of a {@link StateImage}, in the order in which they are to be restored.
 *
 * <p>A state that is sorted by key says so: it gives each block the first key in it, rising from block to block as unsigned
 * bytes, and the hashes of all keys in it; then one key is found by reading one block. A block without a first key goes on
 * where the one before it ended (a value that fills more than a block), or stands before all keys.
 */
public interface BlockSink {
    /** What a block should hold, as long as one item does not need more. */
    int TARGET_BYTES = 64 << 10;

    /** What a block may hold; an item that is larger goes on in the next block. */
    int MAX_BYTES = 1 << 20;

    /** Takes a block without a first key, in which no key begins. */
    default void block(ByteBuffer payload) {
        block(payload, null, new long[0], 0);
    }

    /**
     * Takes one block. Nothing given is kept or changed, so all of it may be reused afterwards.
     *
     * @param payload 1 to {@link #MAX_BYTES} bytes from position to limit
     * @param firstKey null for a block without; above the first key of each earlier block of this image, and not above any
     *     key in this block
     * @param keyHashes the {@link KeyHash} of each key in the block, in any order; for a block without a first key, of the
     *     keys that begin in it
     * @param keys how many of {@code keyHashes} count
     * @throws IllegalArgumentException if a bound or the order is not kept
     */
    void block(ByteBuffer payload, byte @Nullable [] firstKey, long[] keyHashes, int keys);
}
