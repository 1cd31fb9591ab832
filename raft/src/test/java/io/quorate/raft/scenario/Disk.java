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
import java.util.SortedMap;
import java.util.TreeMap;

/** What one member's stable storage holds, and the writes on their way to it, oldest first. A crash loses the latter. */
final class Disk {
    /** A write with the entries as they were when it was handed over. */
    record Pending(Effects.Write write, List<Entry> entries) {}

    private HardState hardState;
    private SnapshotMark mark;
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final Deque<Pending> pending = new ArrayDeque<>();

    Disk(HardState hardState, SnapshotMark mark, List<Entry> log) {
        this.hardState = hardState;
        this.mark = mark;
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

    boolean holds(Entry entry) {
        return entry.index() <= mark.index() || entry.equals(entries.get(entry.index()));
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
            mark = newMark;
            entries.headMap(newMark.index() + 1).clear();
        }
        if (write.truncateFrom() != 0) {
            entries.tailMap(write.truncateFrom()).clear();
        }
        HardState next = write.hardState();
        hardState = next == null ? hardState : next;
        done.entries().forEach(entry -> entries.put(entry.index(), entry));
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
        long last = entries.isEmpty() ? mark.index() : entries.lastKey();
        return new RestartImage(hardState, mark, new LogSummary(last, longs(firsts), longs(terms), memberships));
    }

    static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
