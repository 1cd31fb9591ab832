package io.quorate.storage;

import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.raft.SnapshotMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A snapshot that comes from another member, chunk by chunk, each checked before it is written. */
final class SnapshotReceiving extends SnapshotWork {
    private static final int WINDOW_BYTES = 256 << 10;

    private final SnapshotFiles store;
    private final SnapshotInfo offered;
    private final String name;
    private SnapshotScan scan;
    private @Nullable DiskFile file;
    private @Nullable SnapshotFileScan former;
    private @Nullable ByteBuffer chunks;
    private long chunksAt;
    private long flushed;

    SnapshotReceiving(SnapshotFiles store, long token, SnapshotInfo offered) {
        super(token, offered.group());
        this.store = store;
        this.offered = offered;
        name = SnapshotFormat.name(offered.group(), offered.mark().index()) + SnapshotFormat.PARTIAL;
        scan = newScan();
    }

    private SnapshotScan newScan() {
        return new SnapshotScan(store.disk().path(name), store.clusterId());
    }

    String name() {
        return name;
    }

    void take(long offset, ByteBuffer bytes) {
        chunksAt = offset;
        chunks = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    boolean isReady() {
        return file == null || former != null || chunks != null;
    }

    @Override
    boolean step(long nowNanos) throws IOException {
        DiskFile to = file;
        if (to == null) {
            return begin();
        }
        if (former != null) {
            return readFormer(to, former);
        }
        ByteBuffer bytes = chunks;
        chunks = null;
        return bytes != null && receive(to, bytes);
    }

    // What a former try left.

    private boolean begin() throws IOException {
        SnapshotInfo here = store.same(group, offered.mark());
        store.removePartials(group, here == null ? name : "");
        if (here != null) {
            // Whoever received it before may have gone before it heard that it was whole.
            store.listener().received(token, here);
            return true;
        }
        if (store.disk().list().contains(name)) {
            DiskFile found = store.disk().open(name);
            file = found;
            former = new SnapshotFileScan(found, scan, WINDOW_BYTES);
            store.requireRoom(offered.bytes() - found.bytes(), name);
        } else {
            beginAnew();
        }
        return false;
    }

    private void beginAnew() throws IOException {
        scan = newScan();
        former = null;
        file = store.disk().create(name, 0);
        store.requireRoom(offered.bytes(), name);
        store.listener().receiving(token, 0);
    }

    /** Where it does not hold any more, or was never written, is where receiving goes on. */
    private boolean readFormer(DiskFile from, SnapshotFileScan reading) throws IOException {
        boolean more;
        try {
            more = reading.step(SnapshotScan.Visitor.NONE);
        } catch (SnapshotException | NewerFormatException e) {
            more = false;
        }
        SnapshotHeader header = scan.header();
        if (header == null || !isOffered(header) || from.bytes() > offered.bytes()) {
            // A file cannot be made shorter: what is longer than the new one would stay behind its end.
            from.close();
            file = null;
            store.remove(name);
            beginAnew();
            return false;
        }
        if (more) {
            return false;
        }
        former = null;
        flushed = scan.offset();
        if (scan.manifest() != null) {
            // It was whole, and its name was all that it lacked.
            return finish(from);
        }
        store.listener().receiving(token, scan.offset());
        return false;
    }

    private boolean isOffered(SnapshotHeader header) {
        SnapshotMark mark = offered.mark();
        return header.id() == offered.id()
                && header.group() == offered.group()
                && header.index() == mark.index()
                && header.term() == mark.term();
    }

    private boolean isOffered(SnapshotManifest manifest) {
        SnapshotMark mark = offered.mark();
        return SnapshotFiles.isOf(new SnapshotMark(mark.index(), mark.term(), manifest.membership()), mark);
    }

    // What comes.

    private boolean receive(DiskFile to, ByteBuffer bytes) throws IOException {
        if (chunksAt != scan.offset()) {
            throw refused(SnapshotRefusal.OUT_OF_ORDER, "chunks from offset " + chunksAt + " on came");
        }
        int start = bytes.position();
        try {
            requireOffered(bytes);
            scan.accept(bytes, SnapshotScan.Visitor.NONE);
        } finally {
            to.write(bytes.duplicate().position(start).limit(start + (int) (scan.offset() - chunksAt)), chunksAt);
        }
        if (bytes.hasRemaining()) {
            throw refused(SnapshotRefusal.DAMAGED, "a chunk came cut short");
        }
        if (scan.manifest() != null) {
            return finish(to);
        }
        if (scan.offset() - flushed >= FLUSH_BYTES) {
            to.force();
            flushed = scan.offset();
            store.requireRoom(0, name);
        }
        store.listener().receiving(token, scan.offset());
        return false;
    }

    /** Nothing of another snapshot is taken, and not more than was offered. */
    private void requireOffered(ByteBuffer bytes) throws IOException {
        if (scan.offset() == 0 && bytes.remaining() >= SnapshotHeader.BYTES) {
            SnapshotHeader header =
                    SnapshotHeader.read(bytes, bytes.position(), store.disk().path(name), store.clusterId());
            if (!isOffered(header)) {
                throw refused(SnapshotRefusal.FOREIGN, "it is not the snapshot that was offered");
            }
        }
        if (chunksAt + bytes.remaining() > offered.bytes()) {
            throw refused(
                    SnapshotRefusal.DAMAGED, "more bytes came than the " + offered.bytes() + " that were offered");
        }
    }

    private SnapshotException refused(SnapshotRefusal reason, String what) {
        return new SnapshotException(reason, store.disk().path(name), scan.offset(), what);
    }

    private boolean finish(DiskFile to) throws IOException {
        SnapshotManifest manifest = scan.manifest();
        if (manifest == null || manifest.bytes() != offered.bytes() || !isOffered(manifest)) {
            throw refused(SnapshotRefusal.FOREIGN, "its manifest is not that of the snapshot that was offered");
        }
        to.force();
        SnapshotInfo here = store.same(group, offered.mark());
        if (here == null) {
            store.publish(offered, name);
        } else {
            store.remove(name);
        }
        store.listener().received(token, here == null ? offered : here);
        return true;
    }

    /** What was verified stays, but where it is of no use or the disk needs the room. */
    @Override
    void end(@Nullable IOException failure) throws IOException {
        if (file == null) {
            return;
        }
        file.close();
        if (failure != null && SnapshotFiles.removes(SnapshotFiles.reason(failure))) {
            store.remove(name);
        }
    }

    @Override
    void close() {
        if (file != null) {
            file.close();
        }
    }
}
