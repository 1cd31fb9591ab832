package io.quorate.kv;

/**
 * A condition of a transaction, on one key or on all keys of a range. A missing key compares as a pair of zeros, but its
 * value compares as nothing: such a condition never holds.
 *
 * @param result {@link #EQUAL}, {@link #GREATER}, {@link #LESS} or {@link #NOT_EQUAL}; any other number holds always
 * @param target {@link #VERSION}, {@link #CREATE}, {@link #MOD}, {@link #VALUE} or {@link #LEASE}
 * @param key not empty
 * @param rangeEnd as in {@link RangeRequest}
 * @param operandTarget the target that the operand was given for, -1 for none: if it is another than {@code target}, the
 *     comparison is with 0, or with the empty value
 * @param number the operand, unless that is a value
 * @param value the operand where {@code operandTarget} is {@link #VALUE}, else empty
 */
public record Compare(
        int result, int target, byte[] key, byte[] rangeEnd, int operandTarget, long number, byte[] value) {
    public static final int EQUAL = 0;
    public static final int GREATER = 1;
    public static final int LESS = 2;
    public static final int NOT_EQUAL = 3;

    public static final int VERSION = 0;
    public static final int CREATE = 1;
    public static final int MOD = 2;
    public static final int VALUE = 3;
    public static final int LEASE = 4;

    /** For {@code operandTarget}: no operand was given. */
    public static final int NO_OPERAND = -1;

    /** A comparison of one key's version, create or mod revision, or lease. */
    public static Compare number(byte[] key, int target, int result, long number) {
        return new Compare(result, target, key, Bytes.EMPTY, target, number, Bytes.EMPTY);
    }

    /** A comparison of one key's value, as unsigned bytes. */
    public static Compare value(byte[] key, int result, byte[] value) {
        return new Compare(result, VALUE, key, Bytes.EMPTY, VALUE, 0, value);
    }
}
