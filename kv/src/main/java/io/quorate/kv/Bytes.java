package io.quorate.kv;

/** The byte strings that have a meaning of their own in etcd's ranges. */
final class Bytes {
    static final byte[] EMPTY = {};

    private Bytes() {}

    /** Whether this range end, one zero byte, means "every key from the first on". */
    static boolean isOpenEnd(byte[] rangeEnd) {
        return rangeEnd.length == 1 && rangeEnd[0] == 0;
    }
}
