package io.quorate.kv;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds a revision log from versions that come in any order, each with its place. That what comes is a whole log and nothing
 * else is checked as it comes, each version against its neighbours, so that nothing is left to be done at the end.
 */
final class LogBuilder {
    /** What a log can hold: it counts its blocks with an int. */
    static final long MAX_VERSIONS = (long) (Integer.MAX_VALUE >> 1) << RevisionLog.BLOCK_BITS;

    private final long firstRevision;
    private final long lastRevision;
    private final long expected;

    /** Made as they are needed: what an image says of its own size is not trusted with memory. */
    private final TreeMap<Integer, KeyValue[]> blocks = new TreeMap<>();

    private int lastNumber = -1;
    private KeyValue @Nullable [] lastBlock;

    private long placed;

    /**
     * @param firstRevision of the version at place 0
     * @param lastRevision of the version at the last place
     * @param expected how many versions there will be, 0 to {@link #MAX_VERSIONS}
     */
    LogBuilder(long firstRevision, long lastRevision, long expected) {
        this.firstRevision = firstRevision;
        this.lastRevision = lastRevision;
        this.expected = expected;
    }

    /** Puts a version at its place; false if it cannot be there. */
    boolean put(long place, KeyValue version) {
        if (place < 0 || place >= expected || !fits(place, version)) {
            return false;
        }
        KeyValue[] block = block(place);
        if (block == null) {
            block = new KeyValue[RevisionLog.BLOCK];
            blocks.put(lastNumber, block);
            lastBlock = block;
        }
        int offset = (int) place & RevisionLog.BLOCK_MASK;
        if (block[offset] != null) {
            return false;
        }
        block[offset] = version;
        placed++;
        return true;
    }

    /** The block of a place, null if there is none yet; remembered, as the neighbours are mostly in the same. */
    private KeyValue @Nullable [] block(long place) {
        int number = (int) (place >> RevisionLog.BLOCK_BITS);
        if (number != lastNumber) {
            lastNumber = number;
            lastBlock = blocks.get(number);
        }
        return lastBlock;
    }

    private boolean fits(long place, KeyValue version) {
        if (place == 0 && (version.modRevision() != firstRevision || version.sub != 0)) {
            return false;
        }
        if (place == expected - 1 && version.modRevision() != lastRevision) {
            return false;
        }
        KeyValue before = get(place - 1);
        KeyValue behind = get(place + 1);
        return (before == null || isNext(before, version)) && (behind == null || isNext(version, behind));
    }

    private @Nullable KeyValue get(long place) {
        KeyValue[] block = block(place);
        return block == null ? null : block[(int) place & RevisionLog.BLOCK_MASK];
    }

    /** No revision is without a change, and the changes of one are numbered without a gap. */
    private static boolean isNext(KeyValue version, KeyValue next) {
        return next.modRevision() == version.modRevision()
                ? next.sub == version.sub + 1
                : next.modRevision() == version.modRevision() + 1 && next.sub == 0;
    }

    boolean isWhole() {
        return placed == expected;
    }

    /** The log, which must be whole. Costs a few nanoseconds for every {@value RevisionLog#BLOCK} versions. */
    RevisionLog build() {
        return new RevisionLog(blocks.values().toArray(new KeyValue[0][]), expected);
    }
}
