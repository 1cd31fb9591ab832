package io.quorate.sim.core;

import java.util.Arrays;

/** Numbers by number, only to be looked up: it has no order that a run could come to depend on. Keys are not negative. */
final class LongMap {
    private static final long FREE = -1;

    private long[] keys = new long[64];
    private long[] values = new long[64];
    private int size;

    LongMap() {
        Arrays.fill(keys, FREE);
    }

    long get(long key, long otherwise) {
        int slot = slot(key);
        return keys[slot] == FREE ? otherwise : values[slot];
    }

    void put(long key, long value) {
        int slot = slot(key);
        if (keys[slot] == FREE) {
            keys[slot] = key;
            size++;
        }
        values[slot] = value;
        if (2 * size > keys.length) {
            grow();
        }
    }

    /** The value that is there; if there was none, the new one from now on. */
    long putIfAbsent(long key, long value) {
        int slot = slot(key);
        if (keys[slot] != FREE) {
            return values[slot];
        }
        put(key, value);
        return value;
    }

    private int slot(long key) {
        if (key < 0) {
            throw new IllegalArgumentException("a key is not negative: " + key);
        }
        int mask = keys.length - 1;
        int slot = (int) ((key * 0x9e3779b97f4a7c15L) >>> 40) & mask;
        while (keys[slot] != FREE && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new long[2 * oldKeys.length];
        Arrays.fill(keys, FREE);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
