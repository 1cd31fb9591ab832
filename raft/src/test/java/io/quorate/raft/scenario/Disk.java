package io.quorate.raft.scenario;

import io.quorate.raft.Effects;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSummary;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one member's stable storage holds, and the writes on their way to it, oldest first. A crash loses the latter. */
final class Disk {
    /** A write with the entries as they were when it was handed over. */
    record Pending(Effects.Write write, List<Entry> entries) {}

    private HardState hardState;
    private SnapshotMark mark;

    /** The entry before the first one here. */
    private long prevIndex;

    private long prevTerm;
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final TreeMap<Long, Snapshot> snapshots = new TreeMap<>();

    /** What damage took, until the log reaches as far again; and how far that is, 0 of a whole log. */
    private final TreeMap<Long, Entry> lost = new TreeMap<>();

    private long lostThrough;
    private final Deque<Pending> pending = new ArrayDeque<>();

    Disk(HardState hardState, SnapshotMark mark, List<Entry> log) {
        this.hardState = hardState;
        this.mark = mark;
        this.prevIndex = mark.index();
        this.prevTerm = mark.term();
        snapshots.put(mark.index(), new Snapshot(mark, Map.of()));
        log.forEach(entry -> entries.put(entry.index(), entry));
    }

    HardState hardState() {
        return hardState;
    }

    /** The hard state that will stand when all that is on its way has arrived. */
    HardState newestHardState() {
        HardState newest = hardState;
        for (Pending each : pending) {
            HardState next = each.write().hardState();
            newest = next == null ? newest : next;
        }
        return newest;
    }

    SortedMap<Long, Entry> entries() {
        return entries;
    }

    SnapshotMark mark() {
        return mark;
    }

    long prevIndex() {
        return prevIndex;
    }

    long lastIndex() {
        return entries.isEmpty() ? prevIndex : entries.lastKey();
    }

    void add(Snapshot snapshot) {
        snapshots.put(snapshot.mark().index(), snapshot);
    }

    /** The one of that mark; a member that starts needs it, and a peer may fetch it. */
    Snapshot snapshot(long index) {
        Snapshot snapshot = snapshots.get(index);
        if (snapshot == null) {
            throw new IllegalArgumentException("there is no snapshot at " + index);
        }
        return snapshot;
    }

    /** What covers no more than the durable mark: of the rest this member itself does not know in which term it is committed. */
    Snapshot newestSnapshot() {
        return snapshots.floorEntry(mark.index()).getValue();
    }

    /** Entries before this index go. The snapshot of the newest mark on this disk must cover them. */
    void removeBefore(long index) {
        if (index > mark.index() + 1) {
            throw new AssertionError("entries before " + index + " go, but the mark here covers up to " + mark.index());
        }
        if (index > prevIndex + 1) {
            Entry prev = entries.get(index - 1);
            prevTerm = prev == null ? mark.term() : prev.term();
            prevIndex = index - 1;
            entries.headMap(index).clear();
        }
    }

    /**
     * Whether the acknowledgement of that entry stands: it is here; or damage took it, and since then this member has voted for
     * nobody who may lack it.
     */
    boolean vouchesFor(Entry entry) {
        return entry.index() <= mark.index()
                || entry.equals(entries.get(entry.index()))
                || entry.equals(lost.get(entry.index()));
    }

    /** A start finds only what lies before that entry, which is behind the mark. Term and vote are known. */
    void damage(long from) {
        if (from <= mark.index() || from > lastIndex()) {
            throw new IllegalArgumentException("entry " + from + " is not behind the mark in this log");
        }
        lostThrough = Math.max(lostThrough, lastIndex());
        lost.putAll(entries.tailMap(from));
        entries.tailMap(from).clear();
    }

    boolean isIdle() {
        return pending.isEmpty();
    }

    void begin(Pending write) {
        pending.add(write);
    }

    /** The oldest write arrives, whole. */
    Pending complete() {
        Pending done = pending.remove();
        keep(done);
        return done;
    }

    /** The first {@code arrived} writes had arrived though nobody was told; the rest is lost. */
    void crash(int arrived) {
        for (int i = 0; i < arrived && !pending.isEmpty(); i++) {
            complete();
        }
        pending.clear();
    }

    private void keep(Pending done) {
        Effects.Write write = done.write();
        SnapshotMark newMark = write.mark();
        if (newMark != null) {
            snapshot(newMark.index()); // Else this member could not start again.
            mark = newMark;
        }
        if (write.truncateFrom() != 0) {
            entries.tailMap(write.truncateFrom()).clear();
        }
        if (newMark != null && write.truncateFrom() != 0 && write.truncateFrom() <= newMark.index()) {
            entries.clear();
            prevIndex = newMark.index();
            prevTerm = newMark.term();
        }
        if (newMark != null && newMark.index() > lastIndex()) {
            throw new AssertionError(
                    "the mark " + newMark.index() + " is written, but the log ends with " + lastIndex());
        }
        HardState next = write.hardState();
        hardState = next == null ? hardState : next;
        for (Entry entry : done.entries()) {
            if (entry.index() != lastIndex() + 1) {
                throw new AssertionError(entry.index() + " is written behind " + lastIndex());
            }
            entries.put(entry.index(), entry);
        }
        if (lastIndex() >= lostThrough) {
            lostThrough = 0;
            lost.clear();
        }
    }

    RestartImage image() {
        List<Long> firsts = new ArrayList<>();
        List<Long> terms = new ArrayList<>();
        List<MembershipAt> memberships = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (terms.isEmpty() || terms.get(terms.size() - 1) != entry.term()) {
                firsts.add(entry.index());
                terms.add(entry.term());
            }
            Membership membership = entry.membership();
            if (membership != null) {
                memberships.add(new MembershipAt(entry.index(), membership));
            }
        }
        LogSummary log = new LogSummary(lastIndex(), longs(firsts), longs(terms), memberships);
        return new RestartImage(hardState, mark, prevIndex, prevTerm, log, lostThrough);
    }

    static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
