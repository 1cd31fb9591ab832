package io.quorate.node;

import io.quorate.raft.EntryKind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the log.
 *
 * @param committed whether it is known here to be committed
 * @param kind null while it is not committed
 * @param payload the command, or the encoded membership; null while it is not committed: it may yet be replaced;
 *     and of a command that a witness was not told
 */
public record LogEntry(
        long index,
        long term,
        boolean committed,
        @Nullable EntryKind kind,
        @Nullable ByteBuffer payload) {}
