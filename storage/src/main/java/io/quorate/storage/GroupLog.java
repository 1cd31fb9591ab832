package io.quorate.storage;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSummary;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the durable records of one group amount to. Recovery and the writer feed the same records through {@link #accept}, so
 * what a checkpoint says and what a replay gives cannot differ. Guarded by the {@link LogCatalog}.
 *
 * <p>The retained entries are {@code firstIndex..lastIndex}, without a gap; {@code lastIndex} is never below the mark's
 * index, and {@code firstIndex} may be: a tail stays behind a snapshot until its segments go.
 */
final class GroupLog {
    private static final SnapshotMark NO_MARK = new SnapshotMark(0, 0, Membership.NONE);
    private static final int GROUP_FIXED_BYTES = 16;
    /** A second one is used only when the newest has no snapshot; more than a few have none either. */
    private static final int MAX_OLDER_MARKS = 8;

    final int group;
    private HardState hardState = HardState.INITIAL;
    /** Up to there entries that were acknowledged may have been lost to damage; 0 when all is back. */
    private long lostThrough;

    private SnapshotMark mark = NO_MARK;
    /** From which the state is built: the mark, or an older one where recovery found no snapshot for that. */
    private SnapshotMark start = NO_MARK;
    /** Older marks in the retained log, rising. */
    private final List<SnapshotMark> olderMarks = new ArrayList<>();

    private long firstIndex = 1;
    /** Term of the entry before the first one; 0 where it is not known, or there is none. */
    private long prevTerm;

    private long lastIndex;
    private long lastTerm;
    private long[] runFirst = new long[8];
    private long[] runTerm = new long[8];
    private int runs;
    private final List<MembershipAt> memberships = new ArrayList<>();

    GroupLog(int group) {
        this.group = group;
    }

    long firstIndex() {
        return firstIndex;
    }

    long lastIndex() {
        return lastIndex;
    }

    HardState hardState() {
        return hardState;
    }

    SnapshotMark mark() {
        return mark;
    }

    /** The version of the newest membership: it never falls along a log. */
    int version() {
        return newestMembership().version();
    }

    long lostThrough() {
        return lostThrough;
    }

    /** The newest membership that this log knows of. */
    Membership newestMembership() {
        return memberships.isEmpty() ? mark.membership() : lastMembership().membership();
    }

    /** Entries behind it are needed by the next start, or by this one. */
    SnapshotMark start() {
        return start;
    }

    /**
     * Chooses the newest mark that has its snapshot and behind which the log is whole.
     *
     * @return null, or why there is none: a sentence for each
     */
    @Nullable
    String chooseStart(SnapshotCheck snapshots) throws IOException {
        StringBuilder flaws = new StringBuilder();
        for (int i = olderMarks.size(); i >= 0; i--) {
            SnapshotMark candidate = i == olderMarks.size() ? mark : olderMarks.get(i);
            if (firstIndex <= candidate.index() + 1) {
                String flaw = snapshots.flaw(group, candidate);
                if (flaw == null) {
                    start = candidate;
                    return null;
                }
                flaws.append(flaws.length() == 0 ? "" : "; ").append(flaw);
            }
        }
        return flaws.toString();
    }

    /**
     * Takes one record of this group.
     *
     * @return null, or why it cannot follow what came before, as a sentence's end; then nothing is changed
     */
    @Nullable
    String accept(ByteBuffer buffer, int at) {
        RecordKind kind = LogRecord.kind(buffer, at);
        long index = LogRecord.index(buffer, at);
        long term = LogRecord.term(buffer, at);
        switch (kind) {
            case HARD_STATE -> {
                if (LogRecord.payloadBytes(buffer, at) != Long.BYTES) {
                    return "a hard state has " + LogRecord.payloadBytes(buffer, at) + " bytes of payload instead of 8";
                }
                hardState = new HardState(term, buffer.getLong(at + LogRecord.HEADER_BYTES), index);
            }
            case DAMAGE -> lostThrough = index;
            case TRUNCATE_FROM -> truncateFrom(index);
            case SNAPSHOT_MARK -> mark(new SnapshotMark(index, term, membership(buffer, at)));
            case GROUP -> {
                return "a checkpoint stands where none can be";
            }
            case ENTRY, NO_OP, MEMBERSHIP, STATE_HASH -> {
                return entry(index, term, kind == RecordKind.MEMBERSHIP ? membership(buffer, at) : null);
            }
        }
        return null;
    }

    private static Membership membership(ByteBuffer buffer, int at) {
        return MembershipCodec.decode(LogRecord.payload(buffer, at));
    }

    private @Nullable String entry(long index, long term, @Nullable Membership membership) {
        if (index != lastIndex + 1 || term < lastTerm) {
            return "entry " + index + " of term " + term + " follows entry " + lastIndex + " of term " + lastTerm;
        }
        if (runs == 0 || runTerm[runs - 1] != term) {
            addRun(index, term);
        }
        lastIndex = index;
        lastTerm = term;
        if (membership != null) {
            memberships.add(new MembershipAt(index, membership));
        }
        repairedTo(index);
        return null;
    }

    /** The log ended before; who sent what it lacked had all of the rest equal to it, or it is a snapshot. */
    private void repairedTo(long index) {
        lostThrough = index >= lostThrough ? 0 : lostThrough;
    }

    private void addRun(long index, long term) {
        if (runs == runFirst.length) {
            runFirst = Arrays.copyOf(runFirst, 2 * runs);
            runTerm = Arrays.copyOf(runTerm, 2 * runs);
        }
        runFirst[runs] = index;
        runTerm[runs++] = term;
    }

    private void mark(SnapshotMark newMark) {
        if (newMark.index() > mark.index()) {
            olderMarks.add(mark);
            if (olderMarks.size() > MAX_OLDER_MARKS) {
                olderMarks.remove(0);
            }
        }
        mark = newMark;
        start = newMark;
        if (lastIndex < mark.index()) {
            beginBehindMark();
        }
        repairedTo(mark.index());
    }

    /** Entries from that index on are gone, as if they had never been (paper section 5.3). */
    private void truncateFrom(long from) {
        if (from > lastIndex) {
            return;
        }
        if (from <= mark.index()) {
            beginBehindMark();
            return;
        }
        if (from < firstIndex) {
            // A checkpoint told of entries behind which the log does not go on, and the one before was not kept.
            firstIndex = from;
            prevTerm = mark.index() == from - 1 ? mark.term() : 0;
        }
        lastIndex = from - 1;
        while (runs > 0 && runFirst[runs - 1] >= from) {
            runs--;
        }
        memberships.removeIf(at -> at.index() >= from);
        lastTerm = runs > 0 ? runTerm[runs - 1] : prevTerm;
    }

    private void beginBehindMark() {
        olderMarks.clear();
        firstIndex = mark.index() + 1;
        prevTerm = mark.term();
        lastIndex = mark.index();
        lastTerm = mark.term();
        runs = 0;
        memberships.clear();
    }

    /** Segments below went, so entries below that index can no more be read. */
    void forgetBelow(long index) {
        if (index <= firstIndex) {
            return;
        }
        firstIndex = Math.min(index, lastIndex + 1);
        prevTerm = termAt(firstIndex - 1);
        olderMarks.removeIf(older -> older.index() + 1 < firstIndex);
        int gone = 0;
        while (gone + 1 < runs && runFirst[gone + 1] <= firstIndex) {
            gone++;
        }
        if (firstIndex > lastIndex) {
            gone = runs;
        }
        runs -= gone;
        System.arraycopy(runFirst, gone, runFirst, 0, runs);
        System.arraycopy(runTerm, gone, runTerm, 0, runs);
        if (runs > 0) {
            runFirst[0] = Math.max(runFirst[0], firstIndex);
        }
        memberships.removeIf(at -> at.index() < firstIndex && at.index() <= start.index());
    }

    /** Of a retained entry. */
    private long termAt(long index) {
        int run = runs - 1;
        while (run > 0 && runFirst[run] > index) {
            run--;
        }
        return run < 0 ? 0 : runTerm[run];
    }

    /** First indexes and terms of the runs in that range, which is retained: alternating. */
    long[] termRuns(long first, long last) {
        long[] found = new long[2 * runs];
        int count = 0;
        for (int run = 0; run < runs; run++) {
            long end = run + 1 < runs ? runFirst[run + 1] : lastIndex + 1;
            if (runFirst[run] <= last && end > first) {
                found[count++] = Math.max(first, runFirst[run]);
                found[count++] = runTerm[run];
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** With the tail before the mark, which slow followers may still be served from, where the term before it is known. */
    RestartImage image() {
        boolean hasTail = firstIndex <= start.index() && (firstIndex == 1 || prevTerm != 0);
        long first = hasTail ? firstIndex : start.index() + 1;
        long termBefore = !hasTail ? start.term() : first == 1 ? 0 : prevTerm;
        int skipped = 0;
        while (skipped < runs && (skipped + 1 < runs ? runFirst[skipped + 1] : lastIndex + 1) <= first) {
            skipped++;
        }
        long[] firsts = Arrays.copyOfRange(runFirst, skipped, runs);
        if (firsts.length > 0) {
            firsts[0] = Math.max(firsts[0], first);
        }
        LogSummary log = new LogSummary(
                lastIndex,
                firsts,
                Arrays.copyOfRange(runTerm, skipped, runs),
                memberships.stream().filter(at -> at.index() >= first).toList());
        return new RestartImage(hardState, start, first - 1, termBefore, log, lostThrough);
    }

    // A cut at damage.

    /**
     * Takes a checkpoint's record as it is: it stands behind a cut, and says what of the log before it counts. A group's records come in
     * the order of {@link #putCheckpoint}.
     */
    void goOnAt(ByteBuffer buffer, int at) {
        switch (LogRecord.kind(buffer, at)) {
            case GROUP -> keepThrough(LogRecord.index(buffer, at));
            case SNAPSHOT_MARK ->
                adopt(new SnapshotMark(
                        LogRecord.index(buffer, at), LogRecord.term(buffer, at), membership(buffer, at)));
            case HARD_STATE, DAMAGE -> accept(buffer, at);
            case ENTRY, NO_OP, MEMBERSHIP, STATE_HASH, TRUNCATE_FROM ->
                throw new IllegalArgumentException("a checkpoint holds no " + LogRecord.kind(buffer, at));
        }
    }

    /** What is behind that index is not trusted. */
    void keepThrough(long index) {
        truncateFrom(index + 1);
    }

    /** A later mark than this log's own, from behind the damage. An entry in its place with another term is not what was committed. */
    void adopt(SnapshotMark later) {
        if (later.index() > mark.index()) {
            boolean isHeld = later.index() <= lastIndex && later.index() >= firstIndex;
            boolean isSame = isHeld && termAt(later.index()) == later.term();
            mark(later);
            if (!isSame) {
                beginBehindMark();
            }
        }
    }

    /** The cut is decided: how the log goes on, to be written as a checkpoint. */
    void goOn(HardState newest, long mayHaveAcknowledged) {
        hardState = newest;
        lostThrough = mayHaveAcknowledged;
    }

    /** Size of the records that {@link #putCheckpoint} writes. */
    int checkpointBytes() {
        int membership =
                memberships.isEmpty() ? 0 : encodedBytes(lastMembership().membership());
        return LogRecord.size(GROUP_FIXED_BYTES + membership)
                + LogRecord.size(Long.BYTES)
                + LogRecord.size(encodedBytes(mark.membership()))
                + (lostThrough == 0 ? 0 : LogRecord.size(0));
    }

    /** How many records {@link #putCheckpoint} writes. */
    int checkpointRecords() {
        return lostThrough == 0 ? 3 : 4;
    }

    /** Size of a snapshot mark with the largest membership known. */
    int markRecordBytes() {
        int largest = encodedBytes(mark.membership());
        for (MembershipAt at : memberships) {
            largest = Math.max(largest, encodedBytes(at.membership()));
        }
        return LogRecord.size(largest);
    }

    private static int encodedBytes(Membership membership) {
        return MembershipCodec.encode(membership).remaining();
    }

    private MembershipAt lastMembership() {
        return memberships.get(memberships.size() - 1);
    }

    /** Writes the group's records of a checkpoint: group, hard state, mark, and damage while that is not repaired. */
    void putCheckpoint(ByteBuffer target) {
        ByteBuffer membership = memberships.isEmpty()
                ? ByteBuffer.allocate(0)
                : MembershipCodec.encode(lastMembership().membership());
        ByteBuffer payload = ByteBuffer.allocate(GROUP_FIXED_BYTES + membership.remaining())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(firstIndex)
                .putLong(memberships.isEmpty() ? 0 : lastMembership().index())
                .put(membership)
                .flip();
        LogRecord.put(target, RecordKind.GROUP, 0, group, lastIndex, lastTerm, payload);
        putHardState(target, group, hardState);
        putMark(target, group, mark);
        if (lostThrough != 0) {
            LogRecord.put(target, RecordKind.DAMAGE, 0, group, lostThrough, 0, LogFormat.NO_PAYLOAD);
        }
    }

    static void putHardState(ByteBuffer target, int group, HardState state) {
        ByteBuffer vote = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        vote.putLong(0, state.votedFor());
        LogRecord.put(target, RecordKind.HARD_STATE, 0, group, state.commitHint(), state.currentTerm(), vote);
    }

    static void putMark(ByteBuffer target, int group, SnapshotMark mark) {
        ByteBuffer membership = MembershipCodec.encode(mark.membership());
        LogRecord.put(target, RecordKind.SNAPSHOT_MARK, 0, group, mark.index(), mark.term(), membership);
    }

    /**
     * Begins from a checkpoint's group record, with no entry behind it: those are in segments that went. The hard state and
     * the mark follow as records of their own.
     */
    void beginAt(ByteBuffer buffer, int at) {
        lastIndex = LogRecord.index(buffer, at);
        lastTerm = LogRecord.term(buffer, at);
        firstIndex = lastIndex + 1;
        prevTerm = lastTerm;
        ByteBuffer payload = LogRecord.payload(buffer, at);
        payload.getLong();
        long membershipIndex = payload.getLong();
        if (membershipIndex != 0) {
            memberships.add(new MembershipAt(membershipIndex, MembershipCodec.decode(payload)));
        }
    }

    /** Whether a checkpoint's record says what the records before it amount to; an unknown last term matches any. */
    boolean agreesWith(ByteBuffer buffer, int at) {
        long term = LogRecord.term(buffer, at);
        return switch (LogRecord.kind(buffer, at)) {
            case GROUP -> LogRecord.index(buffer, at) == lastIndex && (term == lastTerm || term == 0 || lastTerm == 0);
            case HARD_STATE ->
                LogRecord.index(buffer, at) == hardState.commitHint()
                        && term == hardState.currentTerm()
                        && buffer.getLong(at + LogRecord.HEADER_BYTES) == hardState.votedFor();
            case SNAPSHOT_MARK -> LogRecord.index(buffer, at) == mark.index() && term == mark.term();
            case DAMAGE -> LogRecord.index(buffer, at) == lostThrough;
            case ENTRY, NO_OP, MEMBERSHIP, STATE_HASH, TRUNCATE_FROM -> false;
        };
    }
}
