package io.quorate.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One version of a pair: what a put made, or inside the store what a delete made (a tombstone, never in a response). The
 * content never changes, and versions of one key share the array of the key.
 */
public final class KeyValue {
    private final byte[] key;
    private final byte[] value;
    private final long createRevision;
    private final long modRevision;
    private final long version;
    private final long lease;

    /** The position among the changes of {@link #modRevision}, from 0. */
    final int sub;

    /**
     * The version before, null if there was none, {@link #COMPACTED} when compaction has cut it off. Only the writer changes
     * it, only from a version to {@link #COMPACTED}. A reader on another thread may see either value, without a lock: every
     * object it can meet here is immutable but for this field, and both answers are right for it, see {@link View}.
     */
    @Nullable
    KeyValue previous;

    /** Stands where a chain of versions was cut: whoever walks so far asked for a revision that is compacted. */
    static final KeyValue COMPACTED = new KeyValue(Bytes.EMPTY, Bytes.EMPTY, 0, 0, 0, 0, 0, null);

    /** The pair of zeros that a missing key compares as. */
    static final KeyValue MISSING = new KeyValue(Bytes.EMPTY, Bytes.EMPTY, 0, 0, 0, 0, 0, null);

    KeyValue(
            byte[] key,
            byte[] value,
            long createRevision,
            long modRevision,
            int sub,
            long version,
            long lease,
            @Nullable KeyValue previous) {
        this.key = key;
        this.value = value;
        this.createRevision = createRevision;
        this.modRevision = modRevision;
        this.sub = sub;
        this.version = version;
        this.lease = lease;
        this.previous = previous;
    }

    /** A pair outside of a store. */
    public static KeyValue of(
            byte[] key, byte[] value, long createRevision, long modRevision, long version, long lease) {
        return new KeyValue(key, value, createRevision, modRevision, 0, version, lease, null);
    }

    /** The mark that a delete leaves: create revision and version are 0. */
    static KeyValue tombstone(KeyValue deleted, long revision, int sub) {
        return new KeyValue(deleted.key, Bytes.EMPTY, 0, revision, sub, 0, 0, deleted);
    }

    public byte[] key() {
        return key;
    }

    /** Empty for an empty value, and where only keys were asked for. */
    public byte[] value() {
        return value;
    }

    /** The revision of the put that began this life of the key. */
    public long createRevision() {
        return createRevision;
    }

    /** The revision of the put that wrote this. */
    public long modRevision() {
        return modRevision;
    }

    /** The number of puts in this life of the key, from 1. */
    public long version() {
        return version;
    }

    /** The lease that the key is attached to, 0 for none. */
    public long lease() {
        return lease;
    }

    boolean isTombstone() {
        return version == 0;
    }

    /** Whether this is {@link #COMPACTED}: no version was ever made at revision 0. */
    boolean isCut() {
        return modRevision == 0;
    }

    /** Whether both were made by the same change. */
    boolean isSameVersion(KeyValue other) {
        return modRevision == other.modRevision && sub == other.sub;
    }

    /** The same without value and history. */
    KeyValue withoutValue() {
        return of(key, Bytes.EMPTY, createRevision, modRevision, version, lease);
    }

    /** Whether key, value and the four numbers are equal. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyValue that
                && modRevision == that.modRevision
                && createRevision == that.createRevision
                && version == that.version
                && lease == that.lease
                && Arrays.equals(key, that.key)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(key) + Long.hashCode(modRevision);
    }

    @Override
    public String toString() {
        return Commands.text(key) + "=" + Commands.text(value) + " (create " + createRevision + ", mod " + modRevision
                + ", version " + version + ", lease " + lease + ")";
    }
}
