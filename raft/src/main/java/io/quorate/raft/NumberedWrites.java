package io.quorate.raft;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was handed to the disk and what of it came back. Writes are numbered from 1 in each life of a core and complete in
 * order. For each write in flight this keeps the last index that its completion may count as durable, and lowers it when a
 * truncation undercuts it: else the late completion of entries that are gone would vouch for others at the same indexes.
 */
final class NumberedWrites {
    /** Last write drained, and last one persisted; persisted ≤ drained. */
    private long drained;

    private long persisted;

    /** Last index a completion may count, by write number modulo the length, a power of two. */
    private long[] countable = new long[8];

    /** Index of the newest mark in a write or before it, likewise by number. */
    private long[] marked = new long[8];

    /** The mark that the next write must record, or null; and the indexes of the last one in a write, and of the last durable one. */
    private @Nullable SnapshotMark mark;

    /** A mark amid entries, or null: for the first write before which all that it covers is in writes. A log cannot hold it sooner. */
    private @Nullable SnapshotMark coming;

    private long writtenMarkIndex;
    private long durableMarkIndex;

    /** Last index that is on stable storage and equal to this log there. */
    private long persistedIndex;

    /** Last index that is in a write, persisted or in flight. */
    private long writtenIndex;

    /** First index that the next write must drop, or 0. */
    private long truncateFrom;

    private HardState written;

    /** The write in which the term and vote of {@link #written} are; 0 when the image at restart held them. */
    private long factsWrite;

    NumberedWrites(RestartImage image) {
        this.written = image.hardState();
        this.persistedIndex = image.log().lastIndex();
        this.writtenIndex = persistedIndex;
        this.writtenMarkIndex = image.mark().index();
        this.durableMarkIndex = writtenMarkIndex;
    }

    NumberedWrites(NumberedWrites other) {
        this.drained = other.drained;
        this.persisted = other.persisted;
        this.countable = other.countable.clone();
        this.marked = other.marked.clone();
        this.mark = other.mark;
        this.coming = other.coming;
        this.writtenMarkIndex = other.writtenMarkIndex;
        this.durableMarkIndex = other.durableMarkIndex;
        this.persistedIndex = other.persistedIndex;
        this.writtenIndex = other.writtenIndex;
        this.truncateFrom = other.truncateFrom;
        this.written = other.written;
        this.factsWrite = other.factsWrite;
    }

    long persistedIndex() {
        return persistedIndex;
    }

    /** What the newest mark on stable storage covers: the entries up to here are needed no more to start again. */
    long durableMarkIndex() {
        return durableMarkIndex;
    }

    /** Which write a message must wait for that tells the term or vote last drained; 0 when they are durable. */
    long factsWrite() {
        return factsWrite > persisted ? factsWrite : 0;
    }

    boolean areDurable(long term, long vote) {
        return factsWrite() == 0 && isWritten(term, vote);
    }

    private boolean isWritten(long term, long vote) {
        return written.currentTerm() == term && written.votedFor() == vote;
    }

    /** Puts together all that is not yet in a write, or tells by false that there is nothing. */
    boolean drain(long term, long vote, long commitIndex, long lastIndex, EffectsBuffer effects) {
        boolean facts = !isWritten(term, vote);
        boolean entries = lastIndex > writtenIndex;
        if (coming != null && coming.index() <= writtenIndex) {
            mark = coming;
            coming = null;
        }
        if (!facts && !entries && truncateFrom == 0 && mark == null) {
            return false;
        }
        drained++;
        boolean hardState = facts || commitIndex > written.commitHint();
        if (facts) {
            factsWrite = drained;
        }
        if (hardState) {
            written = new HardState(term, vote, commitIndex);
        }
        effects.write(new Effects.Write(
                drained,
                mark,
                truncateFrom,
                hardState ? written : null,
                entries ? writtenIndex + 1 : 0,
                entries ? lastIndex : 0));
        truncateFrom = 0;
        writtenMarkIndex = mark == null ? writtenMarkIndex : mark.index();
        mark = null;
        writtenIndex = lastIndex;
        if (drained - persisted > countable.length) {
            long[] larger = larger(marked);
            countable = larger(countable);
            marked = larger;
        }
        countable[at(drained)] = lastIndex;
        marked[at(drained)] = writtenMarkIndex;
        return true;
    }

    private long[] larger(long[] byNumber) {
        long[] larger = new long[byNumber.length * 2];
        for (long number = persisted + 1; number < drained; number++) {
            larger[(int) (number & (larger.length - 1))] = byNumber[at(number)];
        }
        return larger;
    }

    private int at(long number) {
        return (int) (number & (countable.length - 1));
    }

    void persisted(long number) {
        if (number <= persisted || number > drained) {
            throw new IllegalArgumentException("write " + number + " was reported persisted, but writes "
                    + (persisted + 1) + " to " + drained + " are in flight");
        }
        persisted = number;
        persistedIndex = countable[at(number)];
        durableMarkIndex = marked[at(number)];
    }

    void truncated(long from) {
        if (from <= writtenIndex) {
            truncateFrom = truncateFrom == 0 ? from : Math.min(truncateFrom, from);
            writtenIndex = from - 1;
        }
        countNoMoreThan(from - 1);
    }

    /**
     * The next write records this mark, or the one after it where the next is what first brings the entries up to there: in a write
     * the mark comes before them. Then that write's completion leads to the other. A newer mark takes the place of one that waits.
     */
    void mark(SnapshotMark newer) {
        coming = newer;
    }

    /**
     * The next write records this mark and drops the whole log, which began with {@code firstIndex}. Until it is persisted the
     * disk holds the old log, of which only what is committed is sure to be the snapshot's.
     */
    void replacedBy(SnapshotMark newer, long firstIndex, long committed) {
        mark = newer;
        coming = null;
        truncateFrom = truncateFrom == 0 ? firstIndex : Math.min(truncateFrom, firstIndex);
        writtenIndex = newer.index();
        countNoMoreThan(committed);
    }

    private void countNoMoreThan(long index) {
        persistedIndex = Math.min(persistedIndex, index);
        for (long number = persisted + 1; number <= drained; number++) {
            countable[at(number)] = Math.min(countable[at(number)], index);
        }
    }

    void writeTo(CanonicalForm out) {
        out.timed(persisted)
                .number(drained - persisted)
                .number(persistedIndex)
                .number(writtenIndex)
                .number(truncateFrom)
                .number(durableMarkIndex)
                .number(writtenMarkIndex)
                .flag(mark != null)
                .flag(coming != null);
        out.hardState(written).number(factsWrite() == 0 ? 0 : factsWrite() - persisted);
        for (long number = persisted + 1; number <= drained; number++) {
            out.number(countable[at(number)]).number(marked[at(number)]);
        }
    }

    @Override
    public String toString() {
        return "writes " + persisted + ".." + drained + " " + Arrays.toString(countable);
    }
}
