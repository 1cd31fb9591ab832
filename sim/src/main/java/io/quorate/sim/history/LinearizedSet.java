package io.quorate.sim.history;

import java.util.Arrays;

/** The operations that a search has placed so far, one bit each. */
final class LinearizedSet {
    private final long[] words;

    LinearizedSet(int operations) {
        words = new long[(operations + Long.SIZE - 1) / Long.SIZE];
    }

    void add(int operation) {
        words[operation / Long.SIZE] |= 1L << operation;
    }

    void remove(int operation) {
        words[operation / Long.SIZE] &= ~(1L << operation);
    }

    /**
     * The set as a value. Operations are placed roughly in the order of their calls, so nearly all words are full or
     * empty: the full ones at the front are counted, the empty ones at the end left out.
     */
    Key key() {
        int from = 0;
        while (from < words.length && words[from] == -1L) {
            from++;
        }
        int to = words.length;
        while (to > from && words[to - 1] == 0) {
            to--;
        }
        return new Key(from, Arrays.copyOfRange(words, from, to));
    }

    /** A set at one moment. */
    static final class Key {
        private final int fullWords;
        private final long[] rest;

        private Key(int fullWords, long[] rest) {
            this.fullWords = fullWords;
            this.rest = rest;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && fullWords == key.fullWords && Arrays.equals(rest, key.rest);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(rest) + fullWords;
        }
    }
}
