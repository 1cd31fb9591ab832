package io.quorate.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Says of a key hash "not among them" for certain, or "perhaps". A wrong "perhaps" comes as often as was asked for; more bits
 * for each key make it rarer. Encoded as one byte, how many bits each key sets, then the bits, the lowest of a byte first.
 *
 * <p>A hash of 64 bits is enough for all positions: the next one is a step away that comes from the same hash and grows (Kirsch
 * and Mitzenmacher, "Less hashing, same performance", 2006; the growth keeps two keys apart that share one step).
 */
final class BloomFilter {
    private static final int MAX_BITS_PER_KEY = 30;

    private BloomFilter() {}

    /**
     * A filter of those hashes.
     *
     * @param hashes sorted and freed of repetitions here, in place
     * @param count how many of them count, 1 or more
     * @param rate of wrong answers, above 0 and below 1
     */
    static byte[] of(long[] hashes, int count, double rate) {
        Arrays.sort(hashes, 0, count);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || hashes[i] != hashes[i - 1]) {
                hashes[distinct++] = hashes[i];
            }
        }
        int perKey = bitsSetPerKey(rate);
        byte[] filter = new byte[bytes(distinct, rate)];
        filter[0] = (byte) perKey;
        long bits = bits(filter.length);
        for (int i = 0; i < distinct; i++) {
            long at = hashes[i];
            long step = step(at);
            for (int bit = 0; bit < perKey; bit++) {
                long position = Math.multiplyHigh(at >>> 1, bits << 1);
                filter[1 + (int) (position >>> 3)] |= (byte) (1 << (position & 7));
                step += bit;
                at += step;
            }
        }
        return filter;
    }

    /** Size of a filter of that many different keys. */
    static int bytes(int keys, double rate) {
        int perKey = bitsSetPerKey(rate);
        // A bit is 0 with probability e^(-kn/m); all k are 1 with the rate: solved for m. Strict, so that equal states
        // give
        // equal files on every computer.
        double bits = -perKey * (double) keys / StrictMath.log(1 - StrictMath.pow(rate, 1.0 / perKey));
        return 1 + (int) Math.max(1, Math.ceil(bits / Byte.SIZE));
    }

    /** The k that needs the fewest bits for a rate. */
    private static int bitsSetPerKey(double rate) {
        return (int) Math.max(1, Math.min(MAX_BITS_PER_KEY, Math.round(-StrictMath.log(rate) / StrictMath.log(2))));
    }

    private static long bits(int filterBytes) {
        return (long) Byte.SIZE * (filterBytes - 1);
    }

    /** Odd, and of other bits than those that choose the first position. */
    private static long step(long hash) {
        return Long.rotateLeft(hash * 0x9E3779B97F4A7C15L, 32) | 1;
    }

    /**
     * Asks a filter.
     *
     * @param source holds it in {@code bytes} bytes from {@code from} on; its position stays. None at all may contain anything
     * @return false only if no key of this hash was put in
     */
    static boolean mayContain(ByteBuffer source, int from, int bytes, long hash) {
        if (bytes < 2) {
            return true;
        }
        int perKey = source.get(from);
        long bits = bits(bytes);
        long at = hash;
        long step = step(hash);
        for (int bit = 0; bit < perKey; bit++) {
            long position = Math.multiplyHigh(at >>> 1, bits << 1);
            if ((source.get(from + 1 + (int) (position >>> 3)) & (1 << (position & 7))) == 0) {
                return false;
            }
            step += bit;
            at += step;
        }
        return true;
    }
}
