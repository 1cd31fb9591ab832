package io.quorate.raft;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Membership;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arithmetic of a log whose bytes the driver owns: where it begins and ends, what the newest snapshot covers, which terms
 * its entries have, which memberships it holds, and how large the records are that the ring still holds.
 *
 * <pre>
 *    prev    first         mark        ringFirst            lastIndex
 *     |-------|-------------|-----------|--------------------|
 *             '-- terms as runs, memberships ----------------'
 *             '-- tail: for '           '-- sizes of records -'
 *                 the slow
 * </pre>
 *
 * The entries up to the mark are in a snapshot. Some of them may be retained for followers that are not far behind; of the
 * entry before the first retained one only the term is known, which is enough to append behind it.
 */
final class LogCursor {
    private static final int RECORD_HEADER_BYTES = 32;

    private SnapshotMark mark;

    /** The entry before the first retained one, or 0 and 0; prevIndex ≤ mark.index(). */
    private long prevIndex;

    private long prevTerm;

    private long lastIndex;

    /** Runs of equal term of what is retained: {@code runFirst[i]} is the first index with {@code runTerm[i]}; both rise. */
    private long[] runFirst;

    private long[] runTerm;
    private int runs;

    private final ArrayList<MembershipAt> memberships;

    /** Sizes of the records ringFirst..lastIndex, each at its index modulo the length, which is a power of two. */
    private int[] sizes;

    private long ringFirst;
    private long ringUsedBytes;

    LogCursor(RestartImage image) {
        LogSummary log = image.log();
        this.mark = image.mark();
        this.prevIndex = image.prevIndex();
        this.prevTerm = image.prevTerm();
        this.lastIndex = log.lastIndex();
        this.runFirst = log.runFirst().clone();
        this.runTerm = log.runTerm().clone();
        this.runs = runFirst.length;
        this.memberships = new ArrayList<>(log.memberships());
        this.sizes = new int[16];
        this.ringFirst = lastIndex + 1;
    }

    LogCursor(LogCursor other) {
        this.mark = other.mark;
        this.prevIndex = other.prevIndex;
        this.prevTerm = other.prevTerm;
        this.lastIndex = other.lastIndex;
        this.runFirst = other.runFirst.clone();
        this.runTerm = other.runTerm.clone();
        this.runs = other.runs;
        this.memberships = new ArrayList<>(other.memberships);
        this.sizes = other.sizes.clone();
        this.ringFirst = other.ringFirst;
        this.ringUsedBytes = other.ringUsedBytes;
    }

    SnapshotMark mark() {
        return mark;
    }

    /** Last index whose entry is not retained, though its term is known. */
    long prevIndex() {
        return prevIndex;
    }

    long firstIndex() {
        return prevIndex + 1;
    }

    long lastIndex() {
        return lastIndex;
    }

    long[] runFirsts() {
        return Arrays.copyOf(runFirst, runs);
    }

    long[] runTerms() {
        return Arrays.copyOf(runTerm, runs);
    }

    long lastTerm() {
        return runs == 0 ? prevTerm : runTerm[runs - 1];
    }

    /** -1 where this log cannot tell: before what is retained, or behind the end. */
    long termAt(long index) {
        if (index < prevIndex || index > lastIndex) {
            return -1;
        }
        return index == prevIndex ? prevTerm : runTerm[runOf(index)];
    }

    /** The run that holds a retained index. Asked most for the end of the log, so the last run is tried first. */
    private int runOf(long index) {
        if (index >= runFirst[runs - 1]) {
            return runs - 1;
        }
        int found = Arrays.binarySearch(runFirst, 0, runs, index);
        return found >= 0 ? found : -found - 2;
    }

    /** Whether a log that ends so is at least as up to date as this one (paper 5.4.1): the later term, then the longer. */
    boolean isNoNewerThan(long otherLastIndex, long otherLastTerm) {
        return otherLastTerm != lastTerm() ? otherLastTerm > lastTerm() : otherLastIndex >= lastIndex;
    }

    /**
     * The last index at or before this one whose term is at most that one: whole terms that cannot match are skipped at once
     * (paper 5.3, the hint). Where that leads to before what is retained, one before it, of which no more is known.
     */
    long lastAtOrBelow(long index, long term) {
        long at = Math.min(index, lastIndex);
        while (at > prevIndex) {
            int run = runOf(at);
            if (runTerm[run] <= term) {
                return at;
            }
            at = runFirst[run] - 1;
        }
        return at < prevIndex || prevTerm <= term ? at : Math.max(0, prevIndex - 1);
    }

    // ---- memberships

    /** The newest in the log counts as soon as it is there, committed or not (paper section 6). */
    Membership membership() {
        return membershipAt(lastIndex);
    }

    /** The one in force at an index that is not before the mark. */
    Membership membershipAt(long index) {
        List<MembershipAt> behind = membershipsBehindMark();
        for (int i = behind.size() - 1; i >= 0; i--) {
            if (behind.get(i).index() <= index) {
                return behind.get(i).membership();
            }
        }
        return mark.membership();
    }

    /** In index order. For those at or before the mark, which the tail may still hold, the mark's stands. */
    List<MembershipAt> membershipsBehindMark() {
        int first = memberships.size();
        while (first > 0 && memberships.get(first - 1).index() > mark.index()) {
            first--;
        }
        return memberships.subList(first, memberships.size());
    }

    /** Those behind the mark and in [first, last] that are not the same again, in index order. */
    List<MembershipAt> membershipsChangedIn(long first, long last) {
        if (memberships.isEmpty() || memberships.get(memberships.size() - 1).index() < first) {
            return List.of();
        }
        List<MembershipAt> changed = new ArrayList<>();
        Membership before = mark.membership();
        for (MembershipAt at : membershipsBehindMark()) {
            if (at.index() >= first && at.index() <= last && !at.membership().equals(before)) {
                changed.add(at);
            }
            before = at.membership();
        }
        return changed;
    }

    /** Whether it votes by the newest membership at or below commitIndex, or by one behind it. */
    boolean isVoterInOpenMembership(long id, long commitIndex) {
        List<MembershipAt> behind = membershipsBehindMark();
        for (int i = behind.size() - 1; i >= 0; i--) {
            if (behind.get(i).membership().isVoter(id)) {
                return true;
            }
            if (behind.get(i).index() <= commitIndex) {
                return false;
            }
        }
        return mark.membership().isVoter(id);
    }

    /** Whether no entry tells the first members yet, so that only the mark at index 0 does. */
    boolean isFirstMembershipUntold() {
        return mark.index() == 0 && memberships.isEmpty();
    }

    List<MembershipAt> memberships() {
        return memberships;
    }

    // ---- change

    void append(long term, int recordBytes) {
        long index = lastIndex + 1;
        if (runs == 0 || term != runTerm[runs - 1]) { // one that falls is kept as it is: a check must see it
            addRun(index, term);
        }
        if (lastIndex - ringFirst + 1 == sizes.length) {
            growSizes();
        }
        sizes[at(index)] = recordBytes;
        ringUsedBytes += recordBytes;
        lastIndex = index;
    }

    void addMembership(long index, Membership membership) {
        memberships.add(new MembershipAt(index, membership));
    }

    private void addRun(long first, long term) {
        if (runs == runFirst.length) {
            int capacity = Math.max(8, runs * 2);
            runFirst = Arrays.copyOf(runFirst, capacity);
            runTerm = Arrays.copyOf(runTerm, capacity);
        }
        runFirst[runs] = first;
        runTerm[runs++] = term;
    }

    private void growSizes() {
        int[] larger = new int[sizes.length * 2];
        for (long index = ringFirst; index <= lastIndex; index++) {
            larger[(int) (index & (larger.length - 1))] = sizes[at(index)];
        }
        sizes = larger;
    }

    private int at(long index) {
        return (int) (index & (sizes.length - 1));
    }

    /** Drops this index and all behind it; a membership among them gives way to the one before. */
    void truncate(long from) {
        while (lastIndex >= from && lastIndex >= ringFirst) {
            ringUsedBytes -= sizes[at(lastIndex--)];
        }
        lastIndex = from - 1;
        ringFirst = Math.min(ringFirst, from);
        while (runs > 0 && runFirst[runs - 1] >= from) {
            runs--;
        }
        while (!memberships.isEmpty() && memberships.get(memberships.size() - 1).index() >= from) {
            memberships.remove(memberships.size() - 1);
        }
    }

    // ---- snapshots

    /** A snapshot covers more than before, and this log holds what it covers: nothing goes yet. */
    void mark(SnapshotMark newer) {
        mark = newer;
    }

    /** Nothing of this log is known to be what the snapshot covers, so that all of it goes, and it begins behind the mark. */
    void replaceBy(SnapshotMark newer) {
        mark = newer;
        prevIndex = newer.index();
        prevTerm = newer.term();
        lastIndex = newer.index();
        runs = 0;
        memberships.clear();
        ringFirst = lastIndex + 1;
        ringUsedBytes = 0;
    }

    /** Entries before this index are no longer retained. */
    void dropBefore(long index) {
        while (ringFirst < index) {
            dropRingFirst();
        }
        prevTerm = termAt(index - 1);
        prevIndex = index - 1;
        int gone = 0;
        while (gone < runs && (gone + 1 < runs ? runFirst[gone + 1] - 1 : lastIndex) <= prevIndex) {
            gone++;
        }
        runs -= gone;
        System.arraycopy(runFirst, gone, runFirst, 0, runs);
        System.arraycopy(runTerm, gone, runTerm, 0, runs);
        if (runs > 0) {
            runFirst[0] = Math.max(runFirst[0], index);
        }
        memberships.removeIf(at -> at.index() < index);
    }

    // ---- the ring

    long ringFirst() {
        return ringFirst;
    }

    long ringUsedBytes() {
        return ringUsedBytes;
    }

    /**
     * Lets records go from the front: those up to {@code done} with which the member itself is done, as far as no follower
     * has yet to be sent them, or as long as the ring holds more than {@code mostBytes}.
     */
    void free(long done, long neededFrom, long mostBytes) {
        while (ringFirst <= done && (ringFirst < neededFrom || ringUsedBytes > mostBytes)) {
            dropRingFirst();
        }
    }

    /** Lets the first record of the ring go. */
    void dropRingFirst() {
        ringUsedBytes -= sizes[at(ringFirst++)];
    }

    /** Entries of the ring from this index: as many as fit, the first even if it alone does not. */
    EntryRun run(long first, long maxBytes) {
        long bytes = 0;
        long last = first - 1;
        while (last < lastIndex && (last < first || bytes + sizes[at(last + 1)] <= maxBytes)) {
            bytes += sizes[at(++last)];
        }
        int[] recordBytes = new int[(int) (last - first + 1)];
        for (int i = 0; i < recordBytes.length; i++) {
            recordBytes[i] = sizes[at(first + i)];
        }
        return describe(first, last, recordBytes);
    }

    private EntryRun describe(long first, long last, int[] recordBytes) {
        int from = runOf(first);
        int count = runOf(last) - from + 1;
        long[] firsts = Arrays.copyOfRange(runFirst, from, from + count);
        firsts[0] = first;
        return new EntryRun(
                first,
                firsts,
                Arrays.copyOfRange(runTerm, from, from + count),
                recordBytes,
                membershipsIn(first, last));
    }

    private List<MembershipAt> membershipsIn(long first, long last) {
        if (memberships.isEmpty() || memberships.get(memberships.size() - 1).index() < first) {
            return List.of();
        }
        return memberships.stream()
                .filter(at -> at.index() >= first && at.index() <= last)
                .toList();
    }

    /** Size of the record of an entry that the core makes itself, by the format that the driver encodes it in. */
    static int bytesOfNoOp() {
        return RECORD_HEADER_BYTES;
    }

    /** As {@link #bytesOfNoOp()}, for a membership. */
    static int bytesOf(Membership membership) {
        int ids = membership.voters().size()
                + membership.outgoingVoters().size()
                + membership.joining().size()
                + membership.removed().size();
        boolean isLater = membership.version() > Membership.FIRST_VERSION;
        int bytes = 28 + 8 * ids + (membership.lease().isOn() || isLater ? 8 : 0) + (isLater ? 2 : 0);
        for (var member : membership.members()) {
            bytes += 19 + textBytes(member.name());
            for (String url : member.peerUrls()) {
                bytes += textBytes(url);
            }
        }
        return RECORD_HEADER_BYTES + (bytes + 7 & ~7);
    }

    private static int textBytes(String text) {
        return 2 + text.getBytes(StandardCharsets.UTF_8).length;
    }

    void writeTo(CanonicalForm out) {
        out.mark(mark).number(prevIndex).number(prevTerm);
        out.number(lastIndex).number(runs);
        for (int run = 0; run < runs; run++) {
            out.number(runFirst[run]).number(runTerm[run]);
        }
        out.memberships(memberships);
        out.number(ringFirst);
        for (long index = ringFirst; index <= lastIndex; index++) {
            out.number(sizes[at(index)]);
        }
    }
}
