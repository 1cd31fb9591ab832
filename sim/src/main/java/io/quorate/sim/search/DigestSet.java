package io.quorate.sim.search;

/** A set of 128-bit digests: two numbers each in one array, open addressing. (0, 0) stands for an empty place. */
final class DigestSet {
    private long[] table;
    private int size;

    DigestSet() {
        table = new long[1 << 12];
    }

    int size() {
        return size;
    }

    /** @return false if it was there */
    boolean add(long high, long low) {
        if (high == 0 && low == 0) {
            return add(0, 1);
        }
        if (3 * size > table.length) { // two thirds of its places
            grow();
        }
        int at = place(high, low);
        if (table[at] == high && table[at + 1] == low) {
            return false;
        }
        table[at] = high;
        table[at + 1] = low;
        size++;
        return true;
    }

    /** Where it is, or belongs. */
    private int place(long high, long low) {
        int mask = table.length - 2;
        int at = ((int) low << 1) & mask;
        while ((table[at] != 0 || table[at + 1] != 0) && (table[at] != high || table[at + 1] != low)) {
            at = (at + 2) & mask;
        }
        return at;
    }

    private void grow() {
        long[] old = table;
        table = new long[old.length * 2];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] != 0 || old[i + 1] != 0) {
                int at = place(old[i], old[i + 1]);
                table[at] = old[i];
                table[at + 1] = old[i + 1];
            }
        }
    }
}
