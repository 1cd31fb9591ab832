package io.quorate.kv;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store. One thread at a time applies commands and sweeps; {@link #view} may be called by any thread at any time.
 *
 * <p>Applying never throws, whatever the command. A put costs one descent to find the old version and one to write the new,
 * that is some ten small objects. A delete of a range and a transaction cost what they touch, and are cut in slices if the
 * caller wants it so: readers see all or nothing of them. A compaction costs nothing at once; what it frees is swept in slices,
 * a few versions with each command that follows.
 */
public final class KvStore {
    /** What the bookkeeping of one version is counted with in {@link View#sizeBytes}, as in etcd's quota. */
    static final long VERSION_OVERHEAD_BYTES = 256;

    /** How many versions a command sweeps besides its own work while a sweep is under way. */
    static final int SWEEP_PER_COMMAND = 64;

    private Tree tree = Tree.EMPTY;
    private RevisionLog log = new RevisionLog();
    /** Never changed, as views hold it: replaced. */
    private SortedMap<Long, MemberAttributes> members = Collections.emptySortedMap();

    private long revision = 1;
    private long compactedRevision = -1;
    private long sizeBytes;

    /** The number of changes that the command being applied has made: the next one's sub revision. */
    private int changes;

    /** The command that is not finished. */
    private @Nullable Work underWay;

    private boolean sweeping;

    /** While sweeping: the position of the next version to look at. */
    private long sweepPosition;

    /** Those that may still be read: what hangs on their versions is not swept. */
    private final List<KvImage> openImages = new ArrayList<>();

    private @Nullable Consumer<byte[]> listener;

    private final EffectHash effect = new EffectHash();

    private volatile View view;

    /** An empty store, at revision 1. */
    public KvStore() {
        view = snapshot();
    }

    /** The state after the last command applied. */
    public View view() {
        return view;
    }

    /** The revision of the last change, 1 if there was none. For the applying thread. */
    public long revision() {
        return revision;
    }

    /** The oldest revision that can be read, -1 before the first compaction. For the applying thread. */
    public long compactedRevision() {
        return compactedRevision;
    }

    /** From the next command on, tells each key that a command writes or deletes, also one that it takes back in the end. */
    public void onWrite(Consumer<byte[]> keys) {
        listener = keys;
    }

    /**
     * A 64-bit number over what the last command found and wrote, its revision, and the compacted one: equal stores that apply equal
     * commands give equal ones, and part of the cluster version. Whether a result was wanted, how far a sweep has come, and whether an
     * image was restored do not matter. For the applying thread, between two commands.
     */
    public long effect() {
        requireNoCommand();
        long written = effect.state();
        effect.put(revision);
        effect.put(compactedRevision);
        long all = effect.state();
        effect.goBack(written);
        return all;
    }

    /** Applies a command from the log: see {@link #apply(Command, boolean)}. Bytes that are none change nothing. */
    public Result apply(byte[] bytes, int offset, int length, boolean wanted) {
        effect.begin();
        Command command = Commands.decode(bytes, offset, length);
        return command == null ? KvError.MALFORMED_COMMAND : apply(command, wanted);
    }

    /** Applies a command whose result is wanted. */
    public Result apply(Command command) {
        return apply(command, true);
    }

    /**
     * Applies a command and publishes the state after it.
     *
     * @param wanted whether somebody waits for the result; if not, pairs to return are not collected, and everything else,
     *     errors included, is the same
     */
    public Result apply(Command command, boolean wanted) {
        Result result = begin(command, wanted, Long.MAX_VALUE);
        if (result == null) {
            throw new IllegalStateException("a command without a bound has paused");
        }
        return result;
    }

    /**
     * Begins a command and does its first slice. Until it is finished {@link #view} gives the state before it, and nothing else
     * may be applied.
     *
     * @param maxKeys how many keys a slice may look at or write, at least 1; below a microsecond each
     * @return null while there is more to do: see {@link #goOn}
     */
    public @Nullable Result begin(byte[] bytes, int offset, int length, boolean wanted, long maxKeys) {
        effect.begin();
        Command command = Commands.decode(bytes, offset, length);
        return command == null ? KvError.MALFORMED_COMMAND : begin(command, wanted, maxKeys);
    }

    private @Nullable Result begin(Command command, boolean wanted, long maxKeys) {
        if (underWay != null) {
            throw new IllegalStateException("the command before is not finished");
        }
        changes = 0;
        effect.begin();
        underWay = work(command, wanted);
        return goOn(maxKeys);
    }

    /** Does the next slice of the command under way; null while there is more to do. What it does and answers is the same. */
    public @Nullable Result goOn(long maxKeys) {
        if (underWay == null) {
            throw new IllegalStateException("no command is under way");
        }
        Result result = underWay.go(new Budget(maxKeys));
        if (result != null) {
            underWay = null;
            finish();
        }
        return result;
    }

    private void finish() {
        if (changes > 0) {
            revision++;
        }
        if (maySweep()) {
            sweepSlice(SWEEP_PER_COMMAND);
        }
        view = snapshot();
    }

    private Work work(Command command, boolean wanted) {
        if (command instanceof PutRequest put) {
            return budget -> putAlone(put, wanted);
        }
        if (command instanceof TxnRequest txn) {
            KvError error = Validation.checkInLog(txn);
            return error != null ? budget -> error : new Transaction(this, txn, wanted);
        }
        if (command instanceof DeleteRangeRequest delete) {
            KvError error = Validation.check(delete);
            return error != null ? budget -> error : new Deletion(delete, wanted);
        }
        if (command instanceof CompactRequest compact) {
            return budget -> compact(compact.revision());
        }
        return budget -> publish((MemberAttributes) command);
    }

    private Result publish(MemberAttributes attributes) {
        TreeMap<Long, MemberAttributes> changed = new TreeMap<>(members);
        changed.put(attributes.memberId(), attributes);
        effect.put(Commands.encode(attributes));
        members = Collections.unmodifiableSortedMap(changed);
        return new MemberAttributesResponse(revision);
    }

    private View snapshot() {
        return new View(tree, log.slice(), members, revision, compactedRevision, sizeBytes);
    }

    /** The revision that a response names now: the one being made, if the command has changed anything yet. */
    long revisionNow() {
        return changes > 0 ? revision + 1 : revision;
    }

    private Result putAlone(PutRequest put, boolean wanted) {
        KvError error = Validation.check(put);
        if (error != null) {
            return error;
        }
        return put.lease() == 0 ? put(put, wanted) : KvError.LEASE_NOT_FOUND;
    }

    private Result put(PutRequest put, boolean wanted) {
        KeyValue newest = tree.find(put.key());
        KeyValue old = newest == null || newest.isTombstone() ? null : newest;
        if (old == null && (put.ignoreValue() || put.ignoreLease())) {
            return KvError.KEY_NOT_FOUND;
        }
        long main = revision + 1;
        write(new KeyValue(
                newest == null ? put.key() : newest.key(),
                old != null && put.ignoreValue() ? old.value() : put.value(),
                old == null ? main : old.createRevision(),
                main,
                changes,
                old == null ? 1 : old.version() + 1,
                old != null && put.ignoreLease() ? old.lease() : put.lease(),
                newest));
        return new PutResponse(main, put.prevKv() && wanted ? old : null);
    }

    private void write(KeyValue version) {
        tree = Tree.put(tree, version);
        log.append(version);
        effect.written(version);
        sizeBytes += bytes(version);
        changes++;
        if (listener != null) {
            listener.accept(version.key());
        }
    }

    /** What a version counts for in {@link View#sizeBytes}. */
    static long bytes(KeyValue version) {
        return VERSION_OVERHEAD_BYTES + version.key().length + version.value().length;
    }

    /** The deletion of a range: each slice looks at some keys and writes their tombstones. */
    private final class Deletion implements Work {
        private final RangeWalk walk;
        private final @Nullable List<KeyValue> prevKvs;
        private long deleted;

        Deletion(DeleteRangeRequest delete, boolean wanted) {
            walk = new RangeWalk(delete.key(), delete.rangeEnd());
            prevKvs = delete.prevKv() && wanted ? new ArrayList<>() : null;
        }

        @Override
        public @Nullable Result go(Budget budget) {
            List<KeyValue> found = new ArrayList<>();
            boolean over = walk.go(tree, budget, newest -> {
                if (!newest.isTombstone()) {
                    found.add(newest);
                }
                return true;
            });
            for (KeyValue old : found) {
                write(KeyValue.tombstone(old, revision + 1, changes));
            }
            deleted += found.size();
            if (prevKvs != null) {
                prevKvs.addAll(found);
            }
            return over ? new DeleteRangeResponse(revisionNow(), deleted, returned()) : null;
        }

        private List<KeyValue> returned() {
            return prevKvs == null ? List.of() : Collections.unmodifiableList(prevKvs);
        }
    }

    // ---- for a transaction under way

    /** What a transaction that fails goes back to. */
    record Mark(Tree tree, long logEnd, long sizeBytes, long effect) {}

    Mark mark() {
        return new Mark(tree, log.end(), sizeBytes, effect.state());
    }

    void rollBack(Mark mark) {
        tree = mark.tree;
        log.truncate(mark.logEnd);
        sizeBytes = mark.sizeBytes;
        effect.goBack(mark.effect);
        changes = 0;
    }

    /** An operation that is no transaction. It sees what was written before it. */
    Work work(RequestOp op, boolean wanted) {
        if (op instanceof PutRequest put) {
            return budget -> {
                budget.spend();
                return put(put, wanted);
            };
        }
        if (op instanceof DeleteRangeRequest delete) {
            return new Deletion(delete, wanted);
        }
        // What is left is a range: an operation that is not set has been refused.
        if (!wanted) {
            return budget -> new RangeResponse(revisionNow(), List.of(), false, 0);
        }
        View now = new View(tree, log.slice(), members, revisionNow(), compactedRevision, sizeBytes);
        return new RangeRead(now, (RangeRequest) op);
    }

    private Result compact(long to) {
        if (to <= compactedRevision) {
            return KvError.COMPACTED;
        }
        if (to > revision) {
            return KvError.FUTURE_REVISION;
        }
        // A tombstone at the old compacted revision was kept; now it is looked at again.
        long oldest = log.positionOf(compactedRevision);
        sweepPosition = sweeping ? Math.min(sweepPosition, oldest) : oldest;
        sweeping = true;
        compactedRevision = to;
        return new CompactResponse(revision);
    }

    /**
     * Frees memory that a compaction gave up, for the applying thread, whenever it has time; commands do it bit by bit anyway.
     * What can be read does not depend on it. It rests while an image is open.
     *
     * @param maxVersions how many versions to look at, at most; some hundred nanoseconds each
     * @return whether there is more to do now
     */
    public boolean sweep(int maxVersions) {
        requireNoCommand();
        if (!maySweep()) {
            return false;
        }
        sweepSlice(maxVersions);
        view = snapshot();
        return sweeping;
    }

    /** Whatever wants the state after a command has to wait for its end. */
    void requireNoCommand() {
        if (underWay != null) {
            throw new IllegalStateException("a command is under way");
        }
    }

    /** A sweep cuts chains of versions that an image still walks. */
    private boolean maySweep() {
        if (sweeping && !openImages.isEmpty()) {
            openImages.removeIf(KvImage::isClosed);
        }
        return sweeping && openImages.isEmpty();
    }

    private void sweepSlice(int maxVersions) {
        for (int i = 0; i < maxVersions; i++) {
            if (sweepPosition == log.end() || log.get(sweepPosition).modRevision() > compactedRevision) {
                sweeping = false;
                log.dropBefore(log.positionOf(compactedRevision));
                return;
            }
            sweep(log.get(sweepPosition++));
        }
    }

    /**
     * Nobody may ask for what this version replaced: whatever is read is this or a later one. A tombstone is forgotten too.
     * Only what was made at the compacted revision itself is kept: a watch from there still has to see all of it.
     */
    private void sweep(KeyValue version) {
        KeyValue previous = version.previous;
        if (previous != null && !previous.isCut() && previous.modRevision() < compactedRevision) {
            sizeBytes -= bytes(previous);
            version.previous = KeyValue.COMPACTED;
        }
        if (!version.isTombstone() || version.modRevision() == compactedRevision) {
            return;
        }
        KeyValue newest = tree.find(version.key());
        if (newest != null && newest.isSameVersion(version)) {
            tree = Tree.remove(tree, version.key());
            sizeBytes -= bytes(version);
        }
    }

    // ---- images

    /**
     * The state after the last command, to be written out by any thread while commands are applied. Costs nothing at once,
     * but sweeping rests until it is closed. Not while a command is under way.
     *
     * @param targetBytes what a block should hold, as long as one item does not need more
     * @param maxBytes what a block may hold, at least {@value KvImage#LEAST_MAX_BYTES}
     */
    public KvImage image(int targetBytes, int maxBytes) {
        requireNoCommand();
        KvImage image = new KvImage(view, targetBytes, maxBytes);
        openImages.removeIf(KvImage::isClosed);
        openImages.add(image);
        return image;
    }

    /** Begins to build, beside the state there is, the one that an image holds. */
    public KvRestore restore() {
        return new KvRestore(this);
    }

    /** The content of another store, which nobody else has. Images and views of what was here before stay as they are. */
    void become(
            Tree restoredTree,
            RevisionLog restoredLog,
            SortedMap<Long, MemberAttributes> restoredMembers,
            long restoredRevision,
            long restoredCompactedRevision,
            long restoredSizeBytes) {
        tree = restoredTree;
        log = restoredLog;
        members = restoredMembers;
        revision = restoredRevision;
        compactedRevision = restoredCompactedRevision;
        sizeBytes = restoredSizeBytes;
        sweeping = false;
        openImages.clear();
        view = snapshot();
    }
}
