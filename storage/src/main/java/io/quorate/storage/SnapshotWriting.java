package io.quorate.storage;

import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.StateImage;
import io.quorate.raft.SnapshotMark;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A snapshot on its way from the images to the disk. */
final class SnapshotWriting extends SnapshotWork {
    private final SnapshotFiles store;
    private final SnapshotMark mark;
    private final List<StateImage> parts;
    private final SnapshotHeader header;
    private final String name;
    private int part;
    private @Nullable DiskFile file;
    private @Nullable SnapshotWriter writer;
    private long flushed;

    SnapshotWriting(SnapshotFiles store, long token, int group, SnapshotMark mark, long id, List<StateImage> parts) {
        super(token, group);
        this.store = store;
        this.mark = mark;
        this.parts = parts;
        header = new SnapshotHeader(group, store.clusterId(), id, mark.index(), mark.term());
        name = SnapshotFormat.name(group, mark.index());
    }

    @Override
    boolean isReady() {
        return true;
    }

    @Override
    boolean step(long nowNanos) throws IOException {
        SnapshotWriter to = writer;
        if (to == null) {
            if (isHere()) {
                return true;
            }
            store.requireNew(group, mark.index(), name);
            store.requireRoom(0, name);
            writer = new SnapshotWriter(create(), header, store.options().falsePositiveRate());
            return false;
        }
        long before = to.write();
        if (part < parts.size()) {
            writePiece(to);
            long now = to.write();
            pace(nowNanos, now - before);
            flush(now);
            return false;
        }
        to.endAll(mark.membership());
        finish(to.write());
        return true;
    }

    private DiskFile create() throws IOException {
        DiskFile created = store.disk().create(name + SnapshotFormat.TEMPORARY, 0);
        file = created;
        return created;
    }

    private void writePiece(SnapshotWriter to) throws SnapshotException {
        try {
            if (!parts.get(part).writeNext(to)) {
                to.endPart();
                part++;
            }
        } catch (RuntimeException e) {
            SnapshotException refusal = new SnapshotException(
                    SnapshotRefusal.STATE_MACHINE,
                    store.disk().path(name),
                    flushed,
                    "the image " + part + " of the state cannot be written: " + e);
            refusal.initCause(e);
            throw refusal;
        }
    }

    private void pace(long nowNanos, long bytes) {
        long bytesPerSecond = store.options().bytesPerSecond();
        if (bytesPerSecond > 0) {
            notBefore = nowNanos + (long) (bytes * 1e9 / bytesPerSecond);
        }
    }

    private void flush(long written) throws IOException {
        if (written - flushed >= FLUSH_BYTES) {
            file().force();
            flushed = written;
            store.requireRoom(0, name);
        }
    }

    private DiskFile file() {
        if (file == null) {
            throw new IllegalStateException("nothing was written yet");
        }
        return file;
    }

    private void finish(long bytes) throws IOException {
        file().force();
        if (isHere()) {
            return;
        }
        store.requireNew(group, mark.index(), name);
        SnapshotInfo info = new SnapshotInfo(group, mark, header.id(), bytes);
        store.publish(info, name + SnapshotFormat.TEMPORARY);
        file().close();
        file = null;
        store.listener().written(token, info);
    }

    /** Whether one that ends with the same entry came from elsewhere, perhaps meanwhile: it holds the same state. */
    private boolean isHere() {
        SnapshotInfo here = store.same(group, mark);
        if (here == null) {
            return false;
        }
        store.known(group, mark);
        store.listener().written(token, new SnapshotInfo(group, mark, here.id(), here.bytes()));
        return true;
    }

    @Override
    void end(@Nullable IOException failure) throws IOException {
        parts.forEach(StateImage::close);
        if (file != null) {
            file.close();
            file = null;
            store.remove(name + SnapshotFormat.TEMPORARY);
        }
    }

    @Override
    void close() {
        parts.forEach(StateImage::close);
        if (file != null) {
            file.close();
        }
    }
}
