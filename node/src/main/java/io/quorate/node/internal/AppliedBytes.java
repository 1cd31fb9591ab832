package io.quorate.node.internal;

import java.util.ArrayDeque;

/**
 * How much log was applied in this life, and, roughly, where: a sample stands in about every grain of it. So it can be told
 * where the last so many bytes begin, without a size for each entry. Loop only.
 */
final class AppliedBytes {
    private record Sample(long index, long bytesBefore) {}

    private final long grain;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private long total;
    private long nextSampleAt;

    AppliedBytes(long grain) {
        this.grain = Math.max(1, grain);
    }

    void passed(long index, int bytes) {
        if (total >= nextSampleAt) {
            samples.add(new Sample(index, total));
            nextSampleAt = total + grain;
        }
        total += bytes;
    }

    /** Of all entries passed so far. */
    long total() {
        return total;
    }

    /** Of the entries from there on, at least; those passed before this life, or forgotten, do not count. */
    long since(long index) {
        for (Sample sample : samples) {
            if (sample.index >= index) {
                return total - sample.bytesBefore;
            }
        }
        return 0;
    }

    /**
     * The first entry of at most so many bytes, up to the entry behind which {@code upTo} bytes had passed.
     *
     * @return an index that is too high by less than a grain; one behind all where nothing is known
     */
    long firstOf(long bytes, long upTo, long behindAll) {
        for (Sample sample : samples) {
            if (sample.bytesBefore >= upTo - bytes) {
                return Math.min(sample.index, behindAll);
            }
        }
        return behindAll;
    }

    /** Nobody asks for entries below any more. */
    void forgetBefore(long index) {
        while (!samples.isEmpty() && samples.getFirst().index < index) {
            samples.removeFirst();
        }
    }

    /** What comes next is not behind what was passed. */
    void restart() {
        samples.clear();
        nextSampleAt = total;
    }
}
