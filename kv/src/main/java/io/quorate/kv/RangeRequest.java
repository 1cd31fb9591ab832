package io.quorate.kv;

/**
 * A read of one key or of a range. Enumerations are numbers as on the wire, so that one nobody knows can be refused here.
 *
 * @param key the first key, not empty
 * @param rangeEnd empty for the one key; a single zero byte for every key from {@code key} on; else exclusive
 * @param limit most pairs to return; 0 or less for no limit
 * @param revision the state to read; 0 or less for the newest
 * @param sortOrder {@link #NONE}, {@link #ASCEND} or {@link #DESCEND}
 * @param sortTarget {@link #KEY}, {@link #VERSION}, {@link #CREATE}, {@link #MOD} or {@link #VALUE}
 * @param serializable whether the answer may be stale; no meaning inside the store
 * @param keysOnly return empty values
 * @param countOnly return no pairs, only their number
 * @param minModRevision 0 for no such filter; so the next three
 */
public record RangeRequest(
        byte[] key,
        byte[] rangeEnd,
        long limit,
        long revision,
        int sortOrder,
        int sortTarget,
        boolean serializable,
        boolean keysOnly,
        boolean countOnly,
        long minModRevision,
        long maxModRevision,
        long minCreateRevision,
        long maxCreateRevision)
        implements RequestOp {

    public static final int NONE = 0;
    public static final int ASCEND = 1;
    public static final int DESCEND = 2;

    public static final int KEY = 0;
    public static final int VERSION = 1;
    public static final int CREATE = 2;
    public static final int MOD = 3;
    public static final int VALUE = 4;

    /** A plain read of the newest state: no limit, no filter, in the order of keys. */
    public static RangeRequest of(byte[] key, byte[] rangeEnd) {
        return at(key, rangeEnd, 0);
    }

    /** A plain read of the state at a revision. */
    public static RangeRequest at(byte[] key, byte[] rangeEnd, long revision) {
        return new RangeRequest(key, rangeEnd, 0, revision, NONE, KEY, false, false, false, 0, 0, 0, 0);
    }

    boolean isFiltered() {
        return minModRevision != 0 || maxModRevision != 0 || minCreateRevision != 0 || maxCreateRevision != 0;
    }
}
