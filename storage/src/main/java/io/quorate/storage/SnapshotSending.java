package io.quorate.storage;

import io.quorate.node.port.SnapshotInfo;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An opened snapshot, of which chunks are asked for. */
final class SnapshotSending extends SnapshotWork {
    private final SnapshotFiles store;
    private final long index;
    private @Nullable SnapshotInfo info;
    private @Nullable SnapshotReader reader;
    private long offset = -1;
    private int maxBytes;

    SnapshotSending(SnapshotFiles store, long token, int group, long index) {
        super(token, group);
        this.store = store;
        this.index = index;
    }

    void read(long from, int bytes) {
        offset = from;
        maxBytes = bytes;
    }

    @Override
    boolean isReady() {
        return reader == null || offset >= 0;
    }

    @Override
    boolean step(long nowNanos) throws IOException {
        SnapshotReader from = reader;
        if (from == null) {
            SnapshotInfo found = store.pinned(group, index);
            info = found;
            reader = store.read(found);
            store.listener().opened(token, found);
            return false;
        }
        long asked = offset;
        offset = -1;
        store.listener().read(token, asked, from.readChunks(asked, maxBytes));
        return false;
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
