package io.quorate.node.internal;

import io.quorate.node.Refused;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore.FoundRecords;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.SlicedStateMachine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes committed entries to the state machine in the order of the log: from the ring, or, below it (after a restart), read back
 * from the log in bounded pieces. A quick machine is called here, on the loop, a slice of time in each turn, or one slice of a
 * long command; any other through its {@link Applier}, one batch under way. Loop only.
 */
final class ApplyCursor<R> {
    /** Asks the log for records; the answer comes in a later turn. */
    interface LogReader {
        void read(long firstIndex, long lastIndex, int maxBytes, Consumer<FoundRecords> asker);
    }

    private static final int READ_BACK_BYTES = 1 << 20;
    private static final int ENTRIES_PER_SLICE = 16_384;
    private static final int ENTRIES_BETWEEN_CLOCKS = 16;

    private final NodeParts<R> parts;
    private final EntryRing ring;
    private final PendingProposals<R> pending;
    private final @Nullable Applier<R> applier;
    private final Supplier<Refused<R>> overwritten;
    private final LogReader log;
    private final List<PendingReads.Batch> readsToHand = new ArrayList<>();
    private long applied;
    private long told;
    private long through;
    private boolean handed;

    /** Whether the next entry is a command that has begun and is not finished; it stays the one found. */
    private boolean begun;

    // The piece of the log that was read back: the record of entry pieceNext is at pieceAt.
    private @Nullable ByteBuffer piece;
    private long pieceNext;
    private long pieceLast;
    private int pieceAt;
    private boolean reading;

    // Where find() found the entry.
    private ByteBuffer found = ByteBuffer.allocate(0);
    private int foundAt;

    ApplyCursor(
            NodeParts<R> parts,
            long applied,
            EntryRing ring,
            PendingProposals<R> pending,
            @Nullable Applier<R> applier,
            Supplier<Refused<R>> overwritten,
            LogReader log) {
        this.parts = parts;
        this.applied = applied;
        this.told = applied;
        this.through = applied;
        this.ring = ring;
        this.pending = pending;
        this.applier = applier;
        this.overwritten = overwritten;
        this.log = log;
    }

    long applied() {
        return applied;
    }

    /** Whether more was applied than {@link #takeNews} has told. */
    boolean hasNews() {
        return applied > told;
    }

    long takeNews() {
        told = applied;
        return applied;
    }

    /** Entries up to this index may be applied; 0 says nothing new. */
    void through(long index) {
        through = Math.max(through, index);
    }

    /** Runs a read where the state machine may be touched: here, or behind the applier's batch. */
    void read(PendingReads.Batch read) {
        if (applier == null) {
            read.serve(applied);
        } else {
            readsToHand.add(read);
        }
    }

    /** The node stops: reads that no applier has are refused. */
    void stop(Refused<Void> refused) {
        readsToHand.forEach(read -> read.refuse(refused));
        readsToHand.clear();
    }

    /** @return whether there is more that could be applied at once */
    boolean slice() {
        return applier == null ? applyHere() : false;
    }

    /** With an applier: hands over what there is, when it is idle. */
    void hand() {
        if (applier == null || handed) {
            return;
        }
        Applier.Batch<R> batch = new Applier.Batch<>(applied + 1);
        for (long index = applied + 1; index <= through && batch.commands.size() < ENTRIES_PER_SLICE; index++) {
            if (!find(index)) {
                break;
            }
            boolean command = LogRecord.kind(found, foundAt) == RecordKind.ENTRY;
            batch.commands.add(command ? Payloads.command(found, foundAt) : null);
            batch.terms.add(LogRecord.term(found, foundAt));
            pass();
        }
        batch.reads.addAll(readsToHand);
        readsToHand.clear();
        if (!batch.isEmpty()) {
            handed = true;
            applier.hand(batch);
        }
    }

    /** Takes the results of the applier's batch. */
    void takeBack() {
        Applier.Batch<R> batch = applier == null ? null : applier.takeDone();
        if (batch == null) {
            return;
        }
        handed = false;
        if (batch.failure != null) {
            readsToHand.addAll(batch.reads); // not served: they end with the node
            throw new IllegalStateException(
                    "the state machine threw behind index " + (batch.firstIndex + batch.results.size() - 1),
                    batch.failure);
        }
        for (int k = 0; k < batch.commands.size(); k++) {
            long index = batch.firstIndex + k;
            R result = batch.results.get(k);
            if (pending.waitsFor(index)) {
                decide(index, batch.terms.get(k), batch.commands.get(k) != null, result);
            }
        }
        applied = Math.max(applied, batch.lastIndex());
    }

    private boolean applyHere() {
        long end = 0;
        for (int count = 1; applied < through; count++) {
            if (!begun && !find(applied + 1)) {
                return false;
            }
            if (!applyFound()) {
                return true;
            }
            if (count % ENTRIES_BETWEEN_CLOCKS == 0) {
                long now = parts.clock().nanoTime();
                end = end == 0 ? now + parts.options().applySliceMicros() * 1000L : end;
                if (now >= end || count >= ENTRIES_PER_SLICE) {
                    return applied < through;
                }
            }
        }
        return false;
    }

    /** @return false when the entry needs further turns */
    private boolean applyFound() {
        long index = applied + 1;
        long term = LogRecord.term(found, foundAt);
        boolean command = LogRecord.kind(found, foundAt) == RecordKind.ENTRY;
        R result = null;
        if (command && parts.machine() instanceof SlicedStateMachine<R> sliced) {
            begun = !(begun ? sliced.goOn() : sliced.begin(index, term, Payloads.command(found, foundAt)));
            if (begun) {
                return false;
            }
            result = sliced.result();
        } else if (command) {
            result = parts.machine().apply(index, term, Payloads.command(found, foundAt));
        }
        pass();
        applied = index;
        if (pending.waitsFor(index)) {
            decide(index, term, command, result);
        }
        return true;
    }

    /** Tells those who wait for this index. A state machine whose result is always null has a right to it. */
    @SuppressWarnings("NullAway")
    private void decide(long index, long term, boolean command, @Nullable R result) {
        if (command) {
            pending.applied(index, term, result, overwritten.get());
        } else {
            pending.passed(index, overwritten.get());
        }
    }

    /** Finds the next entry's record; if it is not in memory, has it read. Indexes must be asked in order. */
    private boolean find(long index) {
        if (ring.holds(index)) {
            found = ring.buffer(index);
            foundAt = ring.offset(index);
            return true;
        }
        ByteBuffer held = piece;
        if (held != null && pieceNext == index && index <= pieceLast) {
            found = held;
            foundAt = pieceAt;
            return true;
        }
        readBack(index);
        return false;
    }

    /** The record found is done with. Whether it lies in the piece is asked of the buffer itself, not of its bytes. */
    @SuppressWarnings("ReferenceEquality")
    private void pass() {
        if (found == piece) {
            pieceAt += LogRecord.sizeAt(found, foundAt);
            pieceNext++;
        }
    }

    private void readBack(long index) {
        if (reading) {
            return;
        }
        piece = null;
        reading = true;
        long last = ring.low() > index ? Math.min(through, ring.low() - 1) : through;
        log.read(index, last, READ_BACK_BYTES, records -> {
            reading = false;
            piece = records.records();
            pieceNext = records.firstIndex();
            pieceLast = records.lastIndex();
            pieceAt = 0;
            if (piece == null && records.token() != 0) {
                throw new IllegalStateException(
                        "entry " + index + " is committed and not applied, and the log has lost it");
            }
        });
    }
}
