package io.quorate.kv;

/**
 * Why a request was refused, with etcd's exact text, because clients match on it. The ordinals are not encoded anywhere: {@link
 * #number} is, so it stays what it is for ever.
 */
public enum KvError implements Result {
    EMPTY_KEY(1, Code.INVALID_ARGUMENT, "etcdserver: key is not provided"),
    KEY_NOT_FOUND(2, Code.INVALID_ARGUMENT, "etcdserver: key not found"),
    VALUE_PROVIDED(3, Code.INVALID_ARGUMENT, "etcdserver: value is provided"),
    LEASE_PROVIDED(4, Code.INVALID_ARGUMENT, "etcdserver: lease is provided"),
    TOO_MANY_OPS(5, Code.INVALID_ARGUMENT, "etcdserver: too many operations in txn request"),
    DUPLICATE_KEY(6, Code.INVALID_ARGUMENT, "etcdserver: duplicate key given in txn request"),
    INVALID_SORT_OPTION(7, Code.INVALID_ARGUMENT, "etcdserver: invalid sort option"),
    COMPACTED(8, Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted"),
    FUTURE_REVISION(9, Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision is a future revision"),
    NO_SPACE(10, Code.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded"),
    LEASE_NOT_FOUND(11, Code.NOT_FOUND, "etcdserver: requested lease not found"),
    LEASE_EXISTS(12, Code.FAILED_PRECONDITION, "etcdserver: lease already exists"),
    LEASE_TTL_TOO_LARGE(13, Code.OUT_OF_RANGE, "etcdserver: too large lease TTL"),
    REQUEST_TOO_LARGE(14, Code.INVALID_ARGUMENT, "etcdserver: request is too large"),
    /** Bytes in the log that no version of this store wrote: they change nothing. No text of etcd's. */
    MALFORMED_COMMAND(15, Code.INTERNAL, "quorate: malformed command");

    /** The status to answer with, named as in gRPC but not of it. */
    public enum Code {
        INVALID_ARGUMENT,
        NOT_FOUND,
        OUT_OF_RANGE,
        FAILED_PRECONDITION,
        RESOURCE_EXHAUSTED,
        INTERNAL
    }

    private static final KvError[] ALL = values();

    private final int number;
    private final Code code;
    private final String text;

    KvError(int number, Code code, String text) {
        this.number = number;
        this.code = code;
        this.text = text;
    }

    /** The number that stands for this error in encoded results, 1 to 127. */
    int number() {
        return number;
    }

    /** The error of that number; {@link #MALFORMED_COMMAND} for one that this version does not know. */
    static KvError ofNumber(int number) {
        for (KvError error : ALL) {
            if (error.number == number) {
                return error;
            }
        }
        return MALFORMED_COMMAND;
    }

    /** The neutral status code. */
    public Code code() {
        return code;
    }

    /** The message on the wire, with the prefix {@code etcdserver: }. */
    public String text() {
        return text;
    }
}
