package io.quorate.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the index of a snapshot while its blocks go by: an entry for each run of blocks (one with a first key and those
 * without that follow it), entries together in pages, and a directory of pages for the manifest. Of the whole index only the
 * directory stays in memory.
 *
 * <pre>
 *   page:   part u8, count of entries u32, entries
 *   entry:  offset of the run's first block u64 | blocks u32 | key bytes u16 | filter bytes u32 | first key | filter
 * </pre>
 */
final class SnapshotIndex {
    /**
     * A longer first key starts no entry of its own: its block belongs to the run before it, which costs reads and no answer.
     * Where no run is before it, because it is the first of its part, the entry says only so much of the key: nothing of the
     * part lies between that and the whole.
     */
    static final int MAX_KEY_BYTES = 1 << 10;

    static final int PAGE_HEADER_BYTES = 5;
    static final int ENTRY_BYTES = 18;

    private static final int PAGE_BYTES = 64 << 10;
    private static final int MAX_PAGE_BYTES = 512 << 10;
    /** After so many pages the next ones are twice as large: a directory grows much slower than its snapshot. */
    private static final int PAGES_PER_SIZE = 256;

    private static final int MAX_DIRECTORY_BYTES = 1 << 20;
    /** A run of more keys than this has no filter, and is read. */
    private static final int MAX_KEYS_PER_RUN = 128 << 10;

    private final double falsePositiveRate;
    private final List<SnapshotManifest.Page> pages = new ArrayList<>();
    private int directoryBytes;

    private ByteBuffer page = ByteBuffer.allocate(2 * PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int entries;
    private byte[] pageKey = {};

    private int part;
    private byte @Nullable [] lastKey;
    private byte @Nullable [] runKey;
    private long runOffset;
    private int runBlocks;
    private long[] runHashes = new long[256];
    private int runKeys;
    private boolean filtered;

    SnapshotIndex(double falsePositiveRate) {
        this.falsePositiveRate = falsePositiveRate;
        page.position(PAGE_HEADER_BYTES);
    }

    /** The blocks of another part follow: no run and no page goes on; {@link #takePage} must be asked before. */
    void begin(int nextPart) {
        part = nextPart;
        lastKey = null;
    }

    /** A block is about to be written there. */
    void block(long offset, byte @Nullable [] firstKey, long[] hashes, int keys) {
        if (firstKey != null) {
            if (lastKey != null && Arrays.compareUnsigned(lastKey, firstKey) >= 0) {
                throw new IllegalArgumentException("the first keys of blocks must rise");
            }
            boolean isFirst = lastKey == null;
            lastKey = firstKey.clone();
            if (isFirst || (firstKey.length <= MAX_KEY_BYTES && directoryBytes < MAX_DIRECTORY_BYTES)) {
                endRun();
                runKey = firstKey.length <= MAX_KEY_BYTES ? lastKey : Arrays.copyOf(firstKey, MAX_KEY_BYTES);
                runOffset = offset;
                runBlocks = 0;
                runKeys = 0;
                filtered = true;
            }
        }
        if (runKey != null) {
            runBlocks++;
            addHashes(hashes, keys, firstKey != null);
        }
    }

    /** A block that has keys and says none of them leaves its run without a filter. */
    private void addHashes(long[] hashes, int keys, boolean keyed) {
        filtered &= (keys > 0 || !keyed) && runKeys + keys <= MAX_KEYS_PER_RUN;
        if (filtered) {
            if (runKeys + keys > runHashes.length) {
                runHashes = Arrays.copyOf(runHashes, Math.max(runKeys + keys, 2 * runHashes.length));
            }
            System.arraycopy(hashes, 0, runHashes, runKeys, keys);
            runKeys += keys;
        }
    }

    private void endRun() {
        if (runKey == null) {
            return;
        }
        byte[] filter = filtered ? BloomFilter.of(runHashes, runKeys, falsePositiveRate) : new byte[0];
        reserve(ENTRY_BYTES + runKey.length + filter.length);
        if (entries++ == 0) {
            pageKey = runKey;
        }
        page.putLong(runOffset).putInt(runBlocks).putShort((short) runKey.length);
        page.putInt(filter.length).put(runKey).put(filter);
        runKey = null;
    }

    private void reserve(int bytes) {
        if (page.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(2 * page.capacity(), page.position() + bytes))
                    .order(ByteOrder.LITTLE_ENDIAN);
            page = larger.put(page.flip());
        }
    }

    /**
     * The page that is to be written now, if there is one.
     *
     * @param offset where it will be
     * @param last whether the part ends, so that what there is of a page must be written
     * @return its payload, valid until the next call
     */
    @Nullable
    ByteBuffer takePage(long offset, boolean last) {
        if (last) {
            endRun();
        }
        int wanted = Math.min(MAX_PAGE_BYTES, PAGE_BYTES << Math.min(3, pages.size() / PAGES_PER_SIZE));
        if (entries == 0 || (!last && page.position() < wanted)) {
            return null;
        }
        page.put(0, (byte) part).putInt(1, entries);
        SnapshotManifest.Page written = new SnapshotManifest.Page(part, offset, pageKey);
        pages.add(written);
        directoryBytes += written.encodedBytes();
        ByteBuffer payload = page.duplicate().flip();
        page.clear().position(PAGE_HEADER_BYTES);
        entries = 0;
        return payload;
    }

    int directoryBytes() {
        return directoryBytes;
    }

    List<SnapshotManifest.Page> pages() {
        return pages;
    }
}
