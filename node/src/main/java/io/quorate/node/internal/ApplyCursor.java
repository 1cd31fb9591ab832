package io.quorate.node.internal;

import io.quorate.node.Outcome;
import io.quorate.node.Refused;
import io.quorate.node.once.Extension;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore.FoundRecords;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.SlicedStateMachine;
import io.quorate.node.port.StateHashCodec;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
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

    /** Something to do where commands are applied, between two of them. */
    interface Task {
        /** @param applied what the state machine has there */
        void run(long applied);

        /** On the loop, within a turn, when it was run. */
        void done();
    }

    /** Hears of each entry that tells what the states of a majority were at an index. */
    interface AgreedHashes {
        void agreed(long index, long hash);
    }

    /** What entries of other kinds than commands do to the state; and commands whose key says that they are not to be applied. */
    private static final long NO_EFFECT = 0;

    static final long NOT_APPLIED = 1;

    private static final int READ_BACK_BYTES = 1 << 20;
    private static final int ENTRIES_PER_SLICE = 16_384;
    private static final int ENTRIES_BETWEEN_CLOCKS = 16;

    private final NodeParts<R> parts;
    private final KnownKeys<R> keys;
    private final StateHashes hashes;
    private final AgreedHashes agreement;
    private final EntryRing ring;
    private final PendingProposals<R> pending;
    private final @Nullable Applier<R> applier;
    private final Supplier<Refused<R>> overwritten;
    private final LogReader log;
    private final List<PendingReads.Batch> readsToHand = new ArrayList<>();
    private final ArrayDeque<Task> tasks = new ArrayDeque<>();
    private final AppliedBytes bytes;
    private final int group;

    /** What quick commands touched and was not told to the log; of whole entries the first {@code touchedWhole}. */
    private final KeyHashes touched = new KeyHashes();

    private final boolean reportsKeys;
    private int touchedWhole;
    private long touchedThrough;
    private @Nullable Task handedTask;

    /** Why nothing that the state machine says is told any more, or null. */
    private @Nullable Distrust<R> distrust;

    private record Distrust<R>(Outcome<R> end, Refused<Void> refused) {}

    private long applied;
    private long told;
    private long through;
    private boolean handed;

    /** Rises when what was asked of the log is of no use any more. */
    private int epoch;

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
    private long foundTerm;
    private int foundBytes;
    private boolean foundCommand;
    private boolean foundHash;
    private @Nullable Extension foundExtension;

    private long workBegun;
    private long workDone;

    ApplyCursor(
            NodeParts<R> parts,
            int group,
            long applied,
            AppliedBytes bytes,
            KnownKeys<R> keys,
            StateHashes hashes,
            AgreedHashes agreement,
            EntryRing ring,
            PendingProposals<R> pending,
            @Nullable Applier<R> applier,
            Supplier<Refused<R>> overwritten,
            LogReader log) {
        this.parts = parts;
        this.group = group;
        this.bytes = bytes;
        this.keys = keys;
        this.hashes = hashes;
        this.agreement = agreement;
        this.applied = applied;
        this.told = applied;
        this.through = applied;
        this.ring = ring;
        this.pending = pending;
        this.applier = applier;
        this.overwritten = overwritten;
        this.log = log;
        this.touchedThrough = applied;
        this.reportsKeys = applier == null ? parts.machine().reportTo(touched::add) : applier.reportsKeys();
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

    /** Runs it as soon as no command has begun, behind those that were handed over before. */
    void run(Task task) {
        tasks.add(task);
    }

    /**
     * Nothing is applied from now on, but for a command that has begun: what it has will be replaced.
     *
     * @param refused for reads that were not handed over yet
     */
    void stopForRestore(Refused<Void> refused) {
        through = 0;
        forgetPiece();
        stop(refused);
    }

    /** The state machine has the snapshot of that index; the entries behind it come next. */
    void restored(long index) {
        applied = index;
        told = index;
        through = index;
        touched.dropFirst(touched.size);
        touchedWhole = 0;
        touchedThrough = index;
        bytes.restart();
    }

    private void forgetPiece() {
        epoch++;
        reading = false;
        piece = null;
    }

    /**
     * From now on nothing that the state machine says is told: its state is wrong. It still gets every entry.
     *
     * @param end told instead of a result
     * @param refused to reads
     */
    void distrust(Outcome<R> end, Refused<Void> refused) {
        distrust = new Distrust<>(end, refused);
        stop(refused);
    }

    /** Runs a read where the state machine may be touched: here, or behind the applier's batch. */
    void read(PendingReads.Batch read) {
        Distrust<R> wrong = distrust;
        if (wrong != null) {
            read.refuse(wrong.refused);
        } else if (applier == null) {
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
        if (applier != null) {
            return false;
        }
        boolean more = applyHere();
        while (!begun && !tasks.isEmpty()) {
            Task task = tasks.remove();
            task.run(applied);
            task.done();
        }
        tellTouched();
        return more;
    }

    private void tellTouched() {
        if (reportsKeys && touchedThrough < applied) {
            parts.log().applied(group, touchedThrough + 1, applied, touched.hashes, touchedWhole);
            touched.dropFirst(touchedWhole);
            touchedWhole = 0;
            touchedThrough = applied;
        }
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
            look();
            batch.add(foundTerm, foundCommand ? Payloads.command(found, foundAt) : null, foundExtension);
            if (foundHash) {
                batch.agreed = Payloads.command(found, foundAt);
            }
            pass(index);
            if (foundHash) {
                break;
            }
        }
        boolean isToBeCompared = batch.agreed != null; // nothing is to be seen of the state before that
        if (!isToBeCompared) {
            batch.reads.addAll(readsToHand);
            readsToHand.clear();
        }
        Task task = isToBeCompared ? null : tasks.poll();
        handedTask = task;
        if (task != null) {
            batch.task = () -> task.run(batch.lastIndex());
        }
        if (!batch.isEmpty()) {
            handed = true;
            workBegun++;
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
        workDone = workBegun;
        if (batch.failure != null) {
            readsToHand.addAll(batch.reads); // not served: they end with the node
            throw new IllegalStateException(
                    "the state machine threw behind index " + (batch.firstIndex + batch.results.size() - 1),
                    batch.failure);
        }
        for (int k = 0; k < batch.commands.size(); k++) {
            long index = batch.firstIndex + k;
            R result = batch.results.get(k);
            hashes.applied(index, batch.terms.get(k), batch.effects[k]);
            if (batch.agreed != null && index == batch.lastIndex()) {
                compare(batch.agreed);
            }
            if (pending.waitsFor(index)) {
                decide(index, batch.terms.get(k), batch.commands.get(k) != null, result, batch.known.get(k));
            }
        }
        applied = Math.max(applied, batch.lastIndex());
        if (reportsKeys && !batch.commands.isEmpty()) {
            parts.log().applied(group, batch.firstIndex, batch.lastIndex(), batch.touched.hashes, batch.touched.size);
        }
        Task task = handedTask;
        if (task != null) {
            handedTask = null;
            task.done();
        }
    }

    private boolean applyHere() {
        long end = 0;
        for (int count = 1; begun || applied < through; count++) {
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
        R result = null;
        Outcome<R> known = null;
        long effect = NO_EFFECT;
        if (!begun) {
            look();
            Extension extension = foundExtension;
            known = extension == null ? null : keys.begin(extension, Payloads.command(found, foundAt));
        }
        if (foundCommand && known == null) {
            if (!isFinished(index)) {
                return false;
            }
            result = result(index);
            effect = parts.machine().effect(result);
        } else if (known != null) {
            effect = NOT_APPLIED;
        }
        hashes.applied(index, foundTerm, effect);
        if (foundHash) {
            compare(Payloads.command(found, foundAt));
        }
        pass(index);
        applied = index;
        touchedWhole = touched.size;
        if (pending.waitsFor(index)) {
            decide(index, foundTerm, foundCommand, result, known);
        }
        return true;
    }

    private void compare(ByteBuffer payload) {
        agreement.agreed(StateHashCodec.index(payload), StateHashCodec.hash(payload));
    }

    /** Of a command that is cut into slices, does the next one; any other is done in {@link #result}. */
    private boolean isFinished(long index) {
        if (parts.machine() instanceof SlicedStateMachine<R> sliced) {
            boolean finished = begun ? sliced.goOn() : sliced.begin(index, foundTerm, Payloads.command(found, foundAt));
            if (!finished) {
                workBegun += begun ? 0 : 1;
                begun = true;
                return false;
            }
            begun = false;
            workDone = workBegun;
        }
        return true;
    }

    private R result(long index) {
        R result = parts.machine() instanceof SlicedStateMachine<R> sliced
                ? sliced.result()
                : parts.machine().apply(index, foundTerm, Payloads.command(found, foundAt));
        if (foundExtension != null) {
            keys.applied(index, foundTerm, result);
        }
        return result;
    }

    /** Whoever lets go of an entry's bytes waits until this much work is done: it may be reading them. */
    long workUnderWay() {
        return workBegun;
    }

    boolean isDone(long work) {
        return workDone >= work;
    }

    /** Tells those who wait for this index. A state machine whose result is always null has a right to it. */
    @SuppressWarnings("NullAway")
    private void decide(long index, long term, boolean command, @Nullable R result, @Nullable Outcome<R> known) {
        Distrust<R> wrong = distrust;
        if (wrong != null) {
            pending.ended(index, term, wrong.end, overwritten.get());
        } else if (known != null) {
            pending.ended(index, term, known, overwritten.get());
        } else if (command) {
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
    private void pass(long index) {
        bytes.passed(index, foundBytes);
        if (found == piece) {
            pieceAt += foundBytes;
            pieceNext++;
        }
    }

    /** Keeps what is asked of the record found: a command that takes many turns may outlive its bytes. */
    private void look() {
        foundTerm = LogRecord.term(found, foundAt);
        foundBytes = LogRecord.sizeAt(found, foundAt);
        RecordKind kind = LogRecord.kind(found, foundAt);
        foundCommand = kind == RecordKind.ENTRY;
        foundHash = kind == RecordKind.STATE_HASH;
        foundExtension = Payloads.extension(found, foundAt);
    }

    private void readBack(long index) {
        if (reading) {
            return;
        }
        piece = null;
        reading = true;
        int asked = epoch;
        long last = ring.low() > index ? Math.min(through, ring.low() - 1) : through;
        log.read(index, last, READ_BACK_BYTES, records -> {
            if (asked != epoch) {
                return;
            }
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
