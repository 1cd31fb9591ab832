package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A disk that keeps whole numbered writes: as the log promises, all that wait become one batch, one batch is under way, and a
 * batch is kept whole or not at all.
 */
final class CoreDisk {
    /** One numbered write with its entries. */
    record Pending(Effects.Write write, List<Entry> entries) {}

    private final SnapshotMark mark;
    private final EntryLog durable = new EntryLog();
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
        return new RestartImage(hardState, mark, durable.summary());
    }

    int inFlight() {
        return waiting.size() + batch.size();
    }

    /** Goes through the writes in flight, in order. */
    void forEachInFlight(Consumer<Effects.Write> action) {
        batch.forEach(pending -> action.accept(pending.write()));
        waiting.forEach(pending -> action.accept(pending.write()));
    }

    void add(Effects.Write write, List<Entry> entries) {
        waiting.add(new Pending(write, entries));
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
        if (write.truncateFrom() != 0) {
            durable.truncateFrom(write.truncateFrom());
        }
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
    }
}
