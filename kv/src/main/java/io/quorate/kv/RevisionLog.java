package io.quorate.kv;

import java.util.Arrays;

/**
 * Every version in the order it was made, in blocks. The writer appends and gives up the beginning; a {@link Slice} is what one
 * reader may see of it, and stays as it is: appended places lie behind its end, and a beginning is given up in a copy.
 */
final class RevisionLog {
    static final int BLOCK_BITS = 8;
    static final int BLOCK = 1 << BLOCK_BITS;
    static final int BLOCK_MASK = BLOCK - 1;

    /** Block {@code firstBlock + i} lies at place i. */
    private KeyValue[][] blocks = new KeyValue[4][];

    private long firstBlock;
    private long first;
    private long end;

    /** An empty log. */
    RevisionLog() {}

    /** A log of {@code end} versions, in full blocks but for the last, from position 0 on. */
    RevisionLog(KeyValue[][] blocks, long end) {
        this.blocks = blocks;
        this.end = end;
    }

    /** The position of the first version that is kept; positions are never used twice. */
    long first() {
        return first;
    }

    /** The position behind the last. */
    long end() {
        return end;
    }

    void append(KeyValue version) {
        int place = (int) ((end >>> BLOCK_BITS) - firstBlock);
        if (place == blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(4, 2 * place));
        }
        int offset = (int) end & BLOCK_MASK;
        if (offset == 0) {
            blocks[place] = new KeyValue[BLOCK];
        }
        blocks[place][offset] = version;
        end++;
    }

    /** Takes back what no reader has seen yet. */
    void truncate(long newEnd) {
        end = newEnd;
    }

    KeyValue get(long position) {
        return blocks[(int) ((position >>> BLOCK_BITS) - firstBlock)][(int) position & BLOCK_MASK];
    }

    /** The position of the first version of this revision or a later one; the end if there is none. */
    long positionOf(long revision) {
        return slice().positionOf(revision);
    }

    /** Gives up everything before a position: whole blocks, and what the first block left holds before it. */
    void dropBefore(long position) {
        int dropped = (int) ((position >>> BLOCK_BITS) - firstBlock);
        int used = (int) (((end + BLOCK_MASK) >>> BLOCK_BITS) - firstBlock);
        KeyValue[][] left = new KeyValue[Math.max(4, used - dropped + 1)][];
        System.arraycopy(blocks, dropped, left, 0, used - dropped);
        int offset = (int) position & BLOCK_MASK;
        if (offset != 0) {
            KeyValue[] block = new KeyValue[BLOCK];
            System.arraycopy(left[0], offset, block, offset, BLOCK - offset);
            left[0] = block;
        }
        blocks = left;
        firstBlock += dropped;
        first = position;
    }

    Slice slice() {
        return new Slice(blocks, firstBlock, first, end);
    }

    /** What one reader sees. */
    record Slice(KeyValue[][] blocks, long firstBlock, long first, long end) {
        KeyValue get(long position) {
            return blocks[(int) ((position >>> BLOCK_BITS) - firstBlock)][(int) position & BLOCK_MASK];
        }

        /**
         * No revision is without a version, so each revision between moves the answer by one at least: that leaves nothing
         * to search where each has just one.
         */
        long positionOf(long revision) {
            if (first == end || revision <= get(first).modRevision()) {
                return first;
            }
            long newest = get(end - 1).modRevision();
            if (revision > newest) {
                return end;
            }
            long low = first + (revision - get(first).modRevision());
            long high = end - 1 - (newest - revision);
            while (low < high) {
                long middle = (low + high) >>> 1;
                if (get(middle).modRevision() < revision) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
