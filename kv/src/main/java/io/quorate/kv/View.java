package io.quorate.kv;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The store as it was after one command: consistent, never changing, to be read by any thread for as long as it likes, without
 * a lock and without holding anybody up. At its own {@link #revision} it always answers. An older revision it answers until
 * that is compacted, also if the compaction came after this view: then the answer is {@link KvError#COMPACTED}.
 */
public final class View {
    private final Tree tree;
    private final RevisionLog.Slice log;
    private final SortedMap<Long, MemberAttributes> members;
    private final long revision;
    private final long compactedRevision;
    private final long sizeBytes;

    View(
            Tree tree,
            RevisionLog.Slice log,
            SortedMap<Long, MemberAttributes> members,
            long revision,
            long compactedRevision,
            long sizeBytes) {
        this.tree = tree;
        this.log = log;
        this.members = members;
        this.revision = revision;
        this.compactedRevision = compactedRevision;
        this.sizeBytes = sizeBytes;
    }

    /** The revision of the last change, 1 if there was none. */
    public long revision() {
        return revision;
    }

    /** The oldest revision that can be read, -1 before the first compaction. */
    public long compactedRevision() {
        return compactedRevision;
    }

    /** About what the retained versions take: for each 256 bytes, its key and its value. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** The number of keys at {@link #revision}. */
    public long keyCount() {
        return tree.live();
    }

    /** What that member has published, null if nothing yet. */
    public @Nullable MemberAttributes memberAttributes(long memberId) {
        return members.get(memberId);
    }

    /** Answers a {@link RangeResponse} or a refusal. Costs what it returns, and at an old revision the keys of the range. */
    public Result range(RangeRequest range) {
        KvError error = Validation.check(range);
        return error != null ? error : Ranges.read(this, range);
    }

    /**
     * Answers a transaction that needs no place in the log.
     *
     * @param txn must be {@link TxnRequest#isReadOnly() read-only} and have passed {@link Validation}
     */
    public Result txn(TxnRequest txn) {
        if (!txn.isReadOnly()) {
            throw new IllegalArgumentException("A transaction that may write has to go through the log");
        }
        KvError error = Validation.checkInLog(txn);
        if (error != null) {
            return error;
        }
        ChosenBranch branch = ChosenBranch.of(this, txn);
        error = branch.check(this);
        if (error != null) {
            return error;
        }
        ResponseOp[] responses = new ResponseOp[branch.ops().size()];
        for (int i = 0; i < responses.length; i++) {
            Result result = Ranges.read(this, (RangeRequest) branch.ops().get(i));
            if (result instanceof KvError refused) {
                return refused;
            }
            responses[i] = (RangeResponse) result;
        }
        return new TxnResponse(revision, branch.succeeded(), List.of(responses));
    }

    /**
     * Answers a {@link HashKvResponse} or a refusal. Costs all keys and all history.
     *
     * @param atRevision up to which to hash, 0 for the current one
     */
    public Result hashKv(long atRevision) {
        if (atRevision > 0 && atRevision < compactedRevision) {
            return KvError.COMPACTED;
        }
        if (atRevision > revision) {
            return KvError.FUTURE_REVISION;
        }
        return Hashes.hashKv(this, atRevision == 0 ? revision : atRevision);
    }

    /**
     * One number over all that is replicated here: equal on two members with equal {@link #revision} and equal applied
     * commands. Read as unsigned.
     */
    public int hash() {
        return Hashes.hash(this);
    }

    Tree tree() {
        return tree;
    }

    RevisionLog.Slice log() {
        return log;
    }

    SortedMap<Long, MemberAttributes> members() {
        return members;
    }

    /** The newest version of a key if it lives, else null. */
    @Nullable
    KeyValue find(byte[] key) {
        KeyValue newest = tree.find(key);
        return newest == null || newest.isTombstone() ? null : newest;
    }

    /**
     * The version of a key at a revision: null if it did not live then, {@link KeyValue#COMPACTED} if that is not known any
     * more.
     */
    static @Nullable KeyValue at(KeyValue newest, long atRevision) {
        KeyValue version = newest;
        while (version != null && version.modRevision() > atRevision) {
            version = version.previous;
        }
        if (version == null || version.isCut()) {
            return version;
        }
        return version.isTombstone() ? null : version;
    }
}
