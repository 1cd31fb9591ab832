package io.quorate.storage;

import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.StateRestore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A snapshot on its way from the disk into new states. */
final class SnapshotRestoring extends SnapshotWork {
    private final SnapshotFiles store;
    private final long index;
    private final List<StateRestore> parts;
    private @Nullable SnapshotInfo info;
    private @Nullable SnapshotReader reader;
    private SnapshotReader.@Nullable Pass pass;

    SnapshotRestoring(SnapshotFiles store, long token, int group, long index, List<StateRestore> parts) {
        super(token, group);
        this.store = store;
        this.index = index;
        this.parts = parts;
    }

    @Override
    boolean isReady() {
        return true;
    }

    @Override
    boolean step(long nowNanos) throws IOException {
        if (pass == null) {
            info = store.pinned(group, index);
            reader = store.read(info);
            requireParts(reader);
            pass = reader.pass(this::take);
            return false;
        }
        if (pass.step()) {
            return false;
        }
        store.listener().restored(token, Objects.requireNonNull(info));
        return true;
    }

    private void requireParts(SnapshotReader from) throws IOException {
        if (from.parts() > parts.size()) {
            throw refused("it has " + from.parts() + " parts, the state has " + parts.size(), null);
        }
    }

    private void take(int part, ByteBuffer payload) throws IOException {
        if (part >= parts.size()) {
            throw refused("a block is of part " + part + " of " + parts.size(), null);
        }
        try {
            parts.get(part).block(payload);
        } catch (RuntimeException e) {
            throw refused("the state cannot be restored from it: " + e, e);
        }
    }

    private SnapshotException refused(String what, @Nullable RuntimeException cause) {
        String path = store.disk().path(SnapshotFormat.name(group, index));
        long at = pass == null ? 0 : pass.offset();
        SnapshotException refusal = new SnapshotException(SnapshotRefusal.STATE_MACHINE, path, at, what);
        if (cause != null) {
            refusal.initCause(cause);
        }
        return refusal;
    }

    @Override
    @Nullable
    SnapshotInfo source() {
        return info;
    }

    @Override
    void end(@Nullable IOException failure) {
        if (reader != null) {
            reader.close();
        }
        if (info != null) {
            store.unpin(info);
        }
    }

    @Override
    void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
