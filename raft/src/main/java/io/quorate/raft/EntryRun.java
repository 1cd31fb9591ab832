package io.quorate.raft;

import io.quorate.raft.membership.Membership;
import java.util.Arrays;
import java.util.List;

/**
 * Consecutive entries without their payloads: what the core may know of a range of the log. The driver keeps the bytes
 * beside it. An empty run (a heartbeat, or a probe) has count 0 and {@code firstIndex} = prevLogIndex + 1.
 *
 * <p>Terms come as runs: {@code runFirst[i]} is the first index whose term is {@code runTerm[i]}; the runs rise strictly in
 * both, and the first run begins at {@code firstIndex}. {@code recordBytes[k]} is the size of the record of entry
 * {@code firstIndex + k}, header and padding included. {@code memberships} are the decoded payloads of the entries that
 * hold one, in index order. Arrays are never changed after construction.
 */
public final class EntryRun {
    private static final long[] NO_LONGS = {};

    private final long firstIndex;
    private final long[] runFirst;
    private final long[] runTerm;
    private final int[] recordBytes;
    private final List<MembershipAt> memberships;

    /** A membership in the log, with the index of its entry. */
    public record MembershipAt(long index, Membership membership) {}

    public EntryRun(
            long firstIndex, long[] runFirst, long[] runTerm, int[] recordBytes, List<MembershipAt> memberships) {
        this.firstIndex = firstIndex;
        this.runFirst = runFirst;
        this.runTerm = runTerm;
        this.recordBytes = recordBytes;
        this.memberships = List.copyOf(memberships);
    }

    public static EntryRun empty(long firstIndex) {
        return new EntryRun(firstIndex, NO_LONGS, NO_LONGS, new int[0], List.of());
    }

    public long firstIndex() {
        return firstIndex;
    }

    /** {@code firstIndex - 1} when empty. */
    public long lastIndex() {
        return firstIndex + recordBytes.length - 1;
    }

    public int count() {
        return recordBytes.length;
    }

    public boolean isEmpty() {
        return recordBytes.length == 0;
    }

    public int runs() {
        return runFirst.length;
    }

    public long runFirst(int run) {
        return runFirst[run];
    }

    public long runTerm(int run) {
        return runTerm[run];
    }

    /** Size of the record of the entry at this index, in bytes. */
    public int recordBytes(long index) {
        return recordBytes[(int) (index - firstIndex)];
    }

    /** Sum of the sizes of the records from this index on, in bytes. */
    long bytesFrom(long index) {
        long bytes = 0;
        for (int i = (int) (index - firstIndex); i < recordBytes.length; i++) {
            bytes += recordBytes[i];
        }
        return bytes;
    }

    public List<MembershipAt> memberships() {
        return memberships;
    }

    /** Whether the fields keep the promises of the class comment. What a peer sends is asked, never trusted. */
    public boolean isWellFormed() {
        if (firstIndex < 1 || runFirst.length != runTerm.length || (runFirst.length == 0) != isEmpty()) {
            return false;
        }
        for (int run = 0; run < runFirst.length; run++) {
            long least = run == 0 ? firstIndex : runFirst[run - 1] + 1;
            boolean starts = run == 0 ? runFirst[0] == firstIndex : runFirst[run] >= least;
            boolean rises = run == 0 ? runTerm[0] >= 1 : runTerm[run] > runTerm[run - 1];
            if (!starts || !rises || runFirst[run] > lastIndex()) {
                return false;
            }
        }
        long previous = firstIndex - 1;
        for (MembershipAt at : memberships) {
            if (at.index() <= previous || at.index() > lastIndex()) {
                return false;
            }
            previous = at.index();
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryRun that
                && firstIndex == that.firstIndex
                && Arrays.equals(runFirst, that.runFirst)
                && Arrays.equals(runTerm, that.runTerm)
                && Arrays.equals(recordBytes, that.recordBytes)
                && memberships.equals(that.memberships);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(firstIndex) + Arrays.hashCode(runTerm)) + Arrays.hashCode(recordBytes);
    }

    @Override
    public String toString() {
        return "entries " + firstIndex + ".." + lastIndex() + " runs " + Arrays.toString(runFirst) + "@"
                + Arrays.toString(runTerm);
    }
}
