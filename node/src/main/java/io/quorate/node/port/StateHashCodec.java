package io.quorate.node.port;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a {@link RecordKind#STATE_HASH} record, little endian as the record: index u64, hash u64. The index is that of an entry
 * before the record's own; the hash is what the chain over all that was applied up to that entry had come to, on a majority of
 * the voters. Both 0: no majority knew a hash, and with this entry all members begin a chain anew.
 */
public final class StateHashCodec {
    public static final int BYTES = 16;

    private StateHashCodec() {}

    public static ByteBuffer encode(long index, long hash) {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(index)
                .putLong(hash)
                .flip();
    }

    /** @param payload that of a record without {@link #flaw}; its position and order do not matter */
    public static long index(ByteBuffer payload) {
        return little(payload).getLong(0);
    }

    public static long hash(ByteBuffer payload) {
        return little(payload).getLong(Long.BYTES);
    }

    private static ByteBuffer little(ByteBuffer payload) {
        return payload.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @return null when a leader can have written it at that index; else what is wrong, as a sentence's end */
    public static @Nullable String flaw(ByteBuffer payload, long index) {
        if (payload.remaining() != BYTES) {
            return "a state hash of " + payload.remaining() + " bytes";
        }
        long of = index(payload);
        boolean begins = of == 0 && hash(payload) == 0;
        return begins || (of > 0 && of < index) ? null : "a state hash of entry " + Long.toUnsignedString(of);
    }
}
