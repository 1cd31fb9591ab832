package io.quorate.node.internal;

import io.quorate.node.RaftException;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.SavedState;
import io.quorate.node.SnapshotStatus;
import io.quorate.node.Unknown;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.peer.PeerState;
import io.quorate.node.peer.Transfer;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.raft.Effects;
import io.quorate.raft.Raft;
import io.quorate.raft.RoleName;
import io.quorate.raft.SnapshotMark;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one group does with snapshots: takes them, has the log forget what they cover, restores its state machine from them, and
 * fetches and sends them ({@link SnapshotFetch}, {@link SnapshotSends}). Each is one thing at a time, and none waits for
 * another. Inputs of the core are made while a turn is open, never while its effects are read. Loop only.
 */
final class GroupSnapshots<R> {
    private static final Logger LOG = LoggerFactory.getLogger("io.quorate.node");
    private static final long RETRY_NANOS = 10_000_000_000L;

    /** So many times the log between two snapshots is kept for members that fetch one, and not more. */
    private static final int HELD_FOR_FETCH = 4;

    private static final int SAMPLES = 64;

    private final NodeParts<R> parts;
    private final RaftOptions options;
    private final int group;
    private final RecordedRaft core;
    private final Raft raft;
    private final ApplyCursor<R> apply;
    private final AppliedBytes bytes;
    private final KnownKeys<R> keys;
    private final StateHashes hashes;
    private final EntryRing ring;
    private final PendingProposals<R> pending;
    private final SnapshotDesk desk;
    private final SnapshotFetch<R> fetch;
    private final SnapshotSends<R> sends;
    private final SavedStates saves;

    private @Nullable Restoring restoring;
    private @Nullable Taking taking;
    private long restoredTo;
    private boolean hasNoImages;
    private boolean isDistrusted;

    /** Where the log ended when this life began. What its last life applied lies before, perhaps with the news that its state was wrong. */
    private final long heldAtStart;

    private long takeAt;

    /** Index of the last one whose file was found damaged; where it is the newest another is due, as soon as it covers more. */
    private long damagedIndex = -1;

    private long mayTakeAt = Long.MIN_VALUE;

    // What was applied when the newest mark's snapshot was frozen; where the log is to begin, and for which mark that
    // is.
    private long bytesAtMark;
    private long trimmedFor = -1;
    private long trimTo;

    GroupSnapshots(
            NodeParts<R> parts,
            int group,
            RecordedRaft core,
            ApplyCursor<R> apply,
            AppliedBytes bytes,
            KnownKeys<R> keys,
            StateHashes hashes,
            EntryRing ring,
            PendingProposals<R> pending,
            SnapshotDesk desk,
            LongSupplier durableTerm) {
        this.parts = parts;
        this.options = parts.options();
        this.group = group;
        this.core = core;
        this.raft = core.state();
        this.apply = apply;
        this.bytes = bytes;
        this.keys = keys;
        this.hashes = hashes;
        this.ring = ring;
        this.pending = pending;
        this.desk = desk;
        this.fetch = new SnapshotFetch<>(parts, group, raft, desk, this::received);
        this.sends = new SnapshotSends<>(
                parts, group, raft, desk, durableTerm, index -> damagedIndex = index, this::mustNotSend);
        this.heldAtStart = raft.lastIndex();
        this.saves = new SavedStates(group, desk);
        countTimeFrom(parts.clock().nanoTime());
    }

    /** A sample in so many bytes is enough to tell where a tail begins. */
    static long grain(RaftOptions options) {
        return options.snapshotLogBytes() / SAMPLES;
    }

    // ---- a turn

    /** Behind what was applied: tells the core what happened where commands are applied. */
    void beginTurn() {
        if (restoredTo != 0) {
            long index = restoredTo;
            restoredTo = 0;
            core.restored(index);
        }
        Taking frozen = taking;
        if (frozen != null) {
            frozen.writeIfFrozen();
        }
    }

    /** Before the core is drained. */
    void endInputs(long now) {
        Taking written = taking;
        if (written != null) {
            written.tellIfPersisted(now);
        }
        forgetCovered();
        saves.covered(raft.durableMarkIndex());
        fetch.turn(now);
        sends.turn(now);
    }

    /** After the core was drained, before anything is applied. */
    void act(Effects effects, long now, Refused<Void> refusedReads) {
        Effects.SnapshotFetch offered = effects.fetch();
        if (offered != null) {
            fetch.offered(offered, now);
        }
        SnapshotMark mark = effects.restore();
        if (mark != null) {
            if (restoring != null) {
                desk.giveBack(restoring.token);
            }
            apply.stopForRestore(refusedReads);
            restoring = new Restoring(mark);
            apply.run(restoring);
        }
        takeIfDue(now);
    }

    /** Whether the core is to be told something at once. */
    boolean hasNews() {
        Taking frozen = taking;
        return restoredTo != 0 || (frozen != null && !frozen.images.isEmpty());
    }

    long nextTurn() {
        boolean mayTake = taking == null
                && !isDistrusted
                && options.snapshotMillis() > 0
                && apply.applied() > raft.mark().index();
        long next = mayTake && !hasNoImages ? Math.max(takeAt, mayTakeAt) : Long.MAX_VALUE;
        return Math.min(next, Math.min(fetch.nextTurn(), sends.nextTurn()));
    }

    // ---- restoring

    /** Brings the state machine to a snapshot: begun where commands are applied, fed by the store, finished where it was begun. */
    private final class Restoring implements ApplyCursor.Task, SnapshotDesk.Asker {
        final SnapshotMark mark;
        long token;
        private List<StateRestore> states = List.of();
        private boolean fed;

        Restoring(SnapshotMark mark) {
            this.mark = mark;
        }

        private boolean isCurrent() {
            return restoring == this;
        }

        @Override
        public void run(long applied) {
            if (states.isEmpty()) {
                states = List.of(parts.machine().restore(), keys.restore(), hashes.restore());
            } else if (fed) {
                states.forEach(StateRestore::finish);
            }
        }

        @Override
        public void done() {
            if (!isCurrent() || states.isEmpty()) {
                return;
            }
            if (!fed) {
                token = desk.take(this);
                desk.store().restore(token, group, mark.index(), states);
                return;
            }
            restoring = null;
            apply.restored(mark.index());
            hashes.takeRestored(mark.index());
            pending.restored(mark.index(), new Unknown<>(Unknown.Reason.PASSED_BY_SNAPSHOT));
            bytesAtMark = bytes.total();
            countTimeFrom(parts.clock().nanoTime());
            restoredTo = mark.index();
        }

        @Override
        public void restored() {
            fed = true;
            apply.run(this);
        }

        @Override
        public void refused(SnapshotRefusal reason, String what) {
            throw new RaftException(
                    reason == SnapshotRefusal.STATE_MACHINE
                            ? RaftException.Code.INTERNAL
                            : RaftException.Code.DISK_FAILED,
                    "the state machine cannot be restored from the snapshot at index " + mark.index() + ": " + what);
        }
    }

    // ---- taking

    private void countTimeFrom(long now) {
        takeAt = now + options.snapshotMillis() * NodeLoop.TICK_NANOS;
    }

    private void takeIfDue(long now) {
        if (taking == null
                && !hasNoImages
                && !isDistrusted
                && restoring == null
                && !raft.isRestoring()
                && (saves.want(raft.mark().index()) || (now >= mayTakeAt && isDue(now)))) {
            Taking begun = new Taking();
            taking = begun;
            apply.run(begun);
        }
    }

    private boolean isDue(long now) {
        long entries = apply.applied() - raft.mark().index();
        return entries > 0
                && (damagedIndex == raft.mark().index()
                        || entries >= options.snapshotEntries()
                        || bytes.total() - bytesAtMark >= options.snapshotLogBytes()
                        || (options.snapshotMillis() > 0 && now >= takeAt));
    }

    /** A snapshot of this member's own state: frozen where commands are applied, written by the store, told to the core. */
    private final class Taking implements ApplyCursor.Task, SnapshotDesk.Asker {
        private List<StateImage> made = List.of();
        private long madeAt;

        /** Frozen, and not yet given to the store. */
        List<StateImage> images = List.of();

        long index;
        private long bytesThen;
        private @Nullable SnapshotMark written;

        @Override
        public void run(long applied) {
            StateImage state = parts.machine().image();
            made = state == null ? List.of() : withKeys(state);
            madeAt = applied;
        }

        @Override
        public void done() {
            images = made.isEmpty() ? made : List.of(made.get(0), made.get(1), hashes.image());
            made = List.of();
            index = madeAt;
            bytesThen = bytes.total();
            if (images.isEmpty()) {
                hasNoImages = true;
                taking = null;
                saves.fail(noImages());
                LOG.info(
                        "no-snapshots node={} text=\"the state machine has no images: its log is kept whole\"",
                        parts.name());
            }
        }

        /** The first parts of a snapshot. Where no command ever had a key the second has no block. */
        private List<StateImage> withKeys(StateImage state) {
            return List.of(state, keys.isUnused() ? sink -> false : keys.image());
        }

        void writeIfFrozen() {
            List<StateImage> frozen = images;
            if (frozen.isEmpty() || index > raft.lastApplied()) {
                return;
            }
            images = List.of();
            if (index <= raft.mark().index() || isDistrusted) {
                frozen.forEach(StateImage::close); // one that covers more came meanwhile, or this one is of a wrong state
                taking = null;
                return;
            }
            LOG.info("snapshot-taking node={} index={}", parts.name(), index);
            desk.store().write(desk.take(this), group, raft.markAt(index), frozen);
        }

        @Override
        public void written(SnapshotInfo snapshot) {
            written = snapshot.mark();
        }

        /** What is applied a majority has, but perhaps not yet this member's disk. */
        void tellIfPersisted(long now) {
            SnapshotMark mark = written;
            if (mark == null
                    || (mark.index() > raft.persistedIndex()
                            && mark.index() > raft.mark().index())) {
                return;
            }
            taking = null;
            if (!isDistrusted && core.snapshotTaken(mark)) {
                bytesAtMark = bytesThen;
                countTimeFrom(now);
            }
        }

        @Override
        public void refused(SnapshotRefusal reason, String what) {
            LOG.warn(
                    "snapshot-failed node={} index={} reason={} text=\"{}; it is tried again\"",
                    parts.name(),
                    index,
                    reason,
                    what);
            taking = null;
            saves.fail(reason, what);
            mayTakeAt = parts.clock().nanoTime() + RETRY_NANOS;
        }
    }

    /** One that covers all that is applied, for a user; taken now if there is none. */
    void save(
            CompletableFuture<ReadOutcome<SavedState>> answer,
            SavedStates.Users users,
            Refused<SavedState> overloaded) {
        if (saves.size() >= SavedStates.MAX) {
            users.tell(() -> answer.complete(overloaded));
        } else if (raft.isRestoring() || mayBeWrong()) {
            Refused<SavedState> refused =
                    new Refused<>(Refused.Reason.RESTORING, overloaded.leader(), overloaded.retryAfterMillis());
            users.tell(() -> answer.complete(refused));
        } else if (hasNoImages) {
            users.tell(() -> answer.completeExceptionally(noImages()));
        } else {
            saves.ask(apply.applied(), answer, users);
        }
    }

    private static RaftException noImages() {
        return new RaftException(RaftException.Code.MISUSE, "the state machine has no images, so it cannot be saved");
    }

    // ---- what is covered goes

    private void forgetCovered() {
        long durable = raft.durableMarkIndex();
        if (durable > trimmedFor) {
            trimmedFor = durable;
            trimTo = tailOf(durable);
            desk.store().dropBefore(group, durable);
            // The core may be ahead, behind a mark that came from elsewhere and is still in a write.
            parts.log().removeBefore(group, Math.min(raft.firstIndex(), durable + 1));
        }
        if (trimTo > raft.firstIndex() && !isHeld()) {
            parts.log().removeBefore(group, trimTo);
            core.logBeginsAt(trimTo);
            bytes.forgetBefore(trimTo);
            LOG.info("log-begins node={} first={} snapshot={}", parts.name(), trimTo, durable);
        }
    }

    /** Where the tail before a mark begins: of as many entries as the options say, and at most as many bytes. */
    private long tailOf(long markIndex) {
        long byEntries = Math.max(1, markIndex + 1 - options.tailEntries());
        boolean isOfLastLife = bytesAtMark == 0;
        return isOfLastLife
                ? byEntries
                : Math.max(byEntries, bytes.firstOf(options.tailBytes(), bytesAtMark, markIndex + 1));
    }

    /**
     * A member that fetches a snapshot goes on behind it: that is kept for it while it is connected, within a bound. Whoever
     * fetches from another member does so, too.
     */
    private boolean isHeld() {
        if (bytes.since(raft.firstIndex()) > HELD_FOR_FETCH * options.snapshotLogBytes()) {
            return false;
        }
        for (PeerState state : parts.peers().state()) {
            if (state.connected() && raft.needsSnapshot(state.id())) {
                return true;
            }
        }
        return false;
    }

    // ---- fetching and sending

    private void received(SnapshotInfo snapshot, long term) {
        if (core.snapshotReceived(snapshot.mark(), term)
                && raft.firstIndex() == snapshot.mark().index() + 1
                && raft.lastIndex() == snapshot.mark().index()) {
            ring.truncateFrom(0); // the log goes on behind the mark, with nothing of what it had
        }
    }

    /** Whether the state is of no use to anybody: it is being restored, or the snapshot that it is to be restored from is fetched. */
    boolean isRestoring() {
        return raft.isRestoring() || fetch.isWaitedFor();
    }

    void transferred(long from, Transfer transfer, long now) {
        if (transfer instanceof Transfer.Ask ask) {
            sends.asked(from, ask);
        } else if (transfer instanceof Transfer.Read read) {
            sends.read(from, read);
        } else {
            fetch.heard(from, transfer, now);
        }
    }

    void transferEnded(long id, boolean fetching, long now) {
        if (fetching) {
            fetch.ended(id, now);
        } else {
            sends.ended(id, now);
        }
    }

    /** Whether the last life may have found out that its state was wrong, and with it its snapshots, and this one not yet. */
    private boolean mayBeWrong() {
        return !hashes.isSwitchedOff() && apply.applied() < Math.min(heldAtStart, raft.lastIndex());
    }

    /** A leader sends all the same: perhaps nothing can be committed before it has brought another member in. */
    private boolean mustNotSend() {
        return mayBeWrong() && raft.role() != RoleName.LEADER;
    }

    /** This member's state is wrong: from now on it neither saves nor sends it. */
    void distrust(Refused<SavedState> refused) {
        isDistrusted = true;
        saves.stop(refused);
        sends.stop();
    }

    /** The node stops. */
    void stop(Refused<SavedState> refused) {
        saves.stop(refused);
        Taking frozen = taking;
        if (frozen != null) {
            frozen.images.forEach(StateImage::close);
        }
    }

    private long bytesOf(long index) {
        return desk.store().snapshots().stream()
                .filter(info -> info.group() == group && info.mark().index() == index)
                .mapToLong(SnapshotInfo::bytes)
                .findFirst()
                .orElse(0);
    }

    SnapshotStatus status() {
        Taking now = taking;
        Restoring under = restoring;
        long newest = raft.mark().index();
        return new SnapshotStatus(
                newest,
                newest == 0 ? 0 : bytesOf(newest),
                now == null ? 0 : Math.max(now.index, raft.mark().index() + 1),
                under == null ? 0 : under.mark.index(),
                fetch.index(),
                fetch.source(),
                fetch.fetchedBytes(),
                fetch.bytes(),
                sends.size());
    }
}
