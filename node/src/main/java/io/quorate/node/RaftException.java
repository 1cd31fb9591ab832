package io.quorate.node;

import org.jspecify.annotations.Nullable;

/** The one exception of this library: the code is for programs, the text says what, why and what to do. */
public final class RaftException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Code {
        /** The node was closed, or has failed: the text says which. */
        STOPPED,
        /** An argument no caller may give. */
        MISUSE,
        /** Options that contradict each other or their ranges: the text lists all of them. */
        BAD_OPTIONS,
        /** The data directory is in use, damaged, or of another cluster or member. */
        DATA_DIRECTORY,
        /** A write or flush of the log failed: nothing can be acknowledged any more. */
        DISK_FAILED,
        /** The other members refuse this one, or it is not who it says it is. */
        IDENTITY_REFUSED,
        /** An operator removed this member from its cluster. */
        REMOVED,
        /** What came contradicts a committed fact: going on could lose data. */
        COMMITTED_FACT,
        /** The address to listen on is not free, or not ours. */
        ADDRESS,
        /** A defect in this library or in the state machine. */
        INTERNAL
    }

    private final Code code;

    public RaftException(Code code, String message) {
        this(code, message, null);
    }

    public RaftException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
