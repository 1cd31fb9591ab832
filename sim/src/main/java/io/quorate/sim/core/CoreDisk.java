package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A disk that keeps whole numbered writes: as the log promises, all that wait become one batch, one batch is under way, and a
 * batch is kept whole or not at all. Snapshots lie beside the log, each whole or not there.
 */
final class CoreDisk {
    /**
     * One numbered write with its entries.
     *
     * @param prefixHash of the log through the write's mark, 0 where it has none
     */
    record Pending(Effects.Write write, List<Entry> entries, long prefixHash) {
        Pending(Effects.Write write, List<Entry> entries) {
            this(write, entries, 0);
        }
    }

    private SnapshotMark mark;

    /** By index of their mark. */
    private final TreeMap<Long, SnapshotFile> snapshots = new TreeMap<>();

    private final EntryLog durable = new EntryLog();

    /** What damage took, until the log reaches as far again; and how far that is, 0 of a whole log. */
    private final TreeMap<Long, Entry> lost = new TreeMap<>();

    private long lostThrough;
    private HardState hardState = HardState.INITIAL;
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    private final ArrayList<Pending> batch = new ArrayList<>();

    CoreDisk(SnapshotMark mark) {
        this.mark = mark;
    }

    EntryLog durable() {
        return durable;
    }

    HardState hardState() {
        return hardState;
    }

    SnapshotMark mark() {
        return mark;
    }

    RestartImage image() {
        return new RestartImage(
                hardState, mark, durable.prevIndex(), durable.prevTerm(), durable.summary(), lostThrough);
    }

    // ---- damage

    boolean isDamaged() {
        return lostThrough != 0;
    }

    /** A start finds only what lies before that entry, and term and vote as they were. */
    void damage(long from) {
        lostThrough = Math.max(lostThrough, durable.lastIndex());
        for (long index = from; index <= durable.lastIndex(); index++) {
            lost.put(index, durable.get(index));
        }
        durable.truncateFrom(from);
    }

    /**
     * Whether the word of this member that it holds the entry stands: it does; or damage took it, and since then the member has voted
     * for nobody.
     */
    boolean vouchesFor(Entry entry) {
        Entry taken = lost.get(entry.index());
        return durable.holds(entry) || (taken != null && taken.isSame(entry));
    }

    private void mayBeRepaired() {
        if (durable.lastIndex() >= lostThrough) {
            lostThrough = 0;
            lost.clear();
        }
    }

    // ---- snapshots

    void put(SnapshotFile snapshot) {
        snapshots.put(snapshot.mark().index(), snapshot);
    }

    /** The one with that mark, null when there is none. */
    @Nullable
    SnapshotFile snapshot(long index) {
        return snapshots.get(index);
    }

    /** The one that covers most; null when there is none. */
    @Nullable
    SnapshotFile newestSnapshot() {
        return snapshots.isEmpty() ? null : snapshots.lastEntry().getValue();
    }

    /** Snapshots that cover less than the durable mark go, but for those in use, and entries before that index. */
    void dropBefore(long firstIndex, LongPredicate isInUse) {
        for (long index : List.copyOf(snapshots.keySet())) {
            if (index < mark.index() && !isInUse.test(index)) {
                snapshots.remove(index);
            }
        }
        durable.dropBefore(firstIndex);
    }

    // ---- writes

    int inFlight() {
        return waiting.size() + batch.size();
    }

    /** Goes through the writes in flight, in order. */
    void forEachInFlight(Consumer<Effects.Write> action) {
        batch.forEach(pending -> action.accept(pending.write()));
        waiting.forEach(pending -> action.accept(pending.write()));
    }

    void add(Effects.Write write, List<Entry> entries) {
        add(new Pending(write, entries));
    }

    void add(Pending pending) {
        waiting.add(pending);
    }

    /** Begins a flush of all that waits. False: one is under way, or nothing waits. */
    boolean beginBatch() {
        if (!batch.isEmpty() || waiting.isEmpty()) {
            return false;
        }
        batch.addAll(waiting);
        waiting.clear();
        return true;
    }

    /** The batch under way is durable: its writes in order. */
    List<Pending> endBatch() {
        List<Pending> done = List.copyOf(batch);
        batch.clear();
        return done;
    }

    /** The process is gone with what waits; of the batch under way all is kept or nothing. Gives back what is kept. */
    List<Pending> crash(boolean keepsBatch) {
        waiting.clear();
        if (!keepsBatch) {
            batch.clear();
        }
        return endBatch();
    }

    /** Whether a write before that number is in flight with an entry at or behind that index. */
    boolean isInFlightBefore(long writeNumber, long index) {
        return waiting.stream().anyMatch(pending -> isBefore(pending, writeNumber, index))
                || batch.stream().anyMatch(pending -> isBefore(pending, writeNumber, index));
    }

    private static boolean isBefore(Pending pending, long writeNumber, long index) {
        return pending.write().number() < writeNumber && pending.write().lastIndex() >= index;
    }

    /** Whether any write in flight holds a term or vote that the disk does not. */
    boolean hasHardStateInFlight() {
        return waiting.stream().anyMatch(CoreDisk::hasHardState)
                || batch.stream().anyMatch(CoreDisk::hasHardState);
    }

    private static boolean hasHardState(Pending pending) {
        return pending.write().hardState() != null;
    }

    void keep(Pending done) {
        Effects.Write write = done.write();
        SnapshotMark newer = write.mark();
        if (newer != null) {
            mark = newer;
        }
        if (newer != null && write.truncateFrom() != 0 && write.truncateFrom() <= newer.index()) {
            durable.replaceBy(newer.index(), newer.term(), done.prefixHash());
        } else if (write.truncateFrom() != 0) {
            durable.truncateFrom(write.truncateFrom());
        }
        Rule.WRITES_FOLLOW.require(
                newer == null || newer.index() <= durable.lastIndex(),
                () -> newer + " is written, but the log ends with " + durable.lastIndex());
        HardState hard = write.hardState();
        if (hard != null) {
            hardState = hard;
        }
        done.entries().forEach(entry -> {
            Rule.WRITES_FOLLOW.require(
                    entry.index() == durable.lastIndex() + 1,
                    () -> entry + " is written behind " + durable.lastIndex());
            durable.put(entry);
        });
        mayBeRepaired();
    }
}
