package io.quorate.node.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 64-bit hash of a key, wherever one is needed: filters of segments and of snapshot blocks hold bits of it on disk, so it
 * never changes within a format. It spreads well and is quick; it is no defence against somebody who wants keys to collide:
 * a collision costs a read and never an answer.
 *
 * <p>The state begins as the length plus one, times {@code SEED}. Each 8 bytes, little endian, the last ones filled up with zeros, are
 * multiplied by {@code WORD}, folded and put into the state by exclusive or; the state is then rotated left by 27 and
 * multiplied by {@code STEP}. At the end each bit is spread over all.
 */
public final class KeyHash {
    private static final long SEED = 0x9E3779B97F4A7C15L;
    private static final long WORD = 0xD6E8FEB86659FD93L;
    private static final long STEP = 0xC2B2AE3D27D4EB4FL;
    private static final long SPREAD_1 = 0xFF51AFD7ED558CCDL;
    private static final long SPREAD_2 = 0xC4CEB9FE1A85EC53L;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private KeyHash() {}

    public static long of(byte[] key) {
        return of(key, 0, key.length);
    }

    /** Of {@code length} bytes from {@code from} on. */
    public static long of(byte[] bytes, int from, int length) {
        long state = (length + 1) * SEED;
        int at = from;
        int end = from + length;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            state = step(state, (long) LONGS.get(bytes, at));
        }
        if (at < end) {
            long word = 0;
            for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
                word |= (bytes[at] & 0xffL) << shift;
            }
            state = step(state, word);
        }
        return spread(state);
    }

    /** Of the bytes from position to limit; both stay. */
    public static long of(ByteBuffer key) {
        byte[] bytes = new byte[key.remaining()];
        key.get(key.position(), bytes);
        return of(bytes);
    }

    private static long step(long state, long word) {
        long folded = word * WORD;
        return Long.rotateLeft(state ^ folded ^ folded >>> 32, 27) * STEP;
    }

    private static long spread(long state) {
        long hash = (state ^ state >>> 33) * SPREAD_1;
        hash = (hash ^ hash >>> 33) * SPREAD_2;
        return hash ^ hash >>> 33;
    }
}
