package io.quorate.node.internal;

import java.util.Arrays;

/** A growing row of hashes; its memory is used again. */
final class KeyHashes {
    private static final int KEPT = 1 << 16;

    long[] hashes = new long[16];
    int size;

    void add(long hash) {
        if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, size * 2);
        }
        hashes[size++] = hash;
    }

    /** The first ones are done with. */
    void dropFirst(int count) {
        System.arraycopy(hashes, count, hashes, 0, size - count);
        size -= count;
        if (size == 0 && hashes.length > KEPT) {
            hashes = new long[16];
        }
    }
}
