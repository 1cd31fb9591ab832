package io.quorate.storage;

import io.quorate.node.port.SnapshotInfo;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What was asked under one token, as far as it has come. Only the agent's thread touches it. */
abstract class SnapshotWork {
    /** Between two flushes of a file that grows: so that no flush is long, and the log's flushes find room between them. */
    static final int FLUSH_BYTES = 4 << 20;

    final long token;
    final int group;

    /** On the agent's clock; the work waits until then. */
    long notBefore = Long.MIN_VALUE;

    SnapshotWork(long token, int group) {
        this.token = token;
        this.group = group;
    }

    /** Whether there is something to do now. */
    abstract boolean isReady();

    /**
     * Does one bounded piece, and reports what it brought.
     *
     * @return whether the work is done
     */
    abstract boolean step(long nowNanos) throws IOException;

    /** The snapshot that is read, once it is opened; null where none is. */
    @Nullable
    SnapshotInfo source() {
        return null;
    }

    /**
     * The work ends, done or not: lets go of all that it holds.
     *
     * @param failure null if nothing is wrong with it
     */
    abstract void end(@Nullable IOException failure) throws IOException;

    /** The store is closed: lets go of files and leaves names as they are. */
    abstract void close();
}
