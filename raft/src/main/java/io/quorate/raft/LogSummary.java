package io.quorate.raft;

import io.quorate.raft.EntryRun.MembershipAt;
import java.util.Arrays;
import java.util.List;

/**
 * The arithmetic of all that a log holds: last index, runs of equal term, memberships. Sizes are not part of it: after a
 * restart no entry is in the ring.
 *
 * @param lastIndex last entry's index; the mark's index when there is none
 * @param runFirst first index of each run of equal term, rising; empty for an empty log
 * @param runTerm term of each run, rising
 * @param memberships memberships in the log, in index order
 */
public record LogSummary(long lastIndex, long[] runFirst, long[] runTerm, List<MembershipAt> memberships) {
    public LogSummary {
        memberships = List.copyOf(memberships);
    }

    /** The empty log behind a mark at this index. */
    public static LogSummary empty(long markIndex) {
        return new LogSummary(markIndex, new long[0], new long[0], List.of());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogSummary that
                && lastIndex == that.lastIndex
                && Arrays.equals(runFirst, that.runFirst)
                && Arrays.equals(runTerm, that.runTerm)
                && memberships.equals(that.memberships);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(lastIndex) * 31 + Arrays.hashCode(runTerm);
    }

    @Override
    public String toString() {
        return "log through " + lastIndex + " runs " + Arrays.toString(runFirst) + "@" + Arrays.toString(runTerm);
    }
}
