package io.quorate.sim.node;

import io.quorate.node.port.Agent;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.SnapshotStore;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.node.port.Wakeup;
import io.quorate.raft.SnapshotMark;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * The real snapshots between a node's loop and their agent, so that what the agent reports is heard only when its disk calls
 * have taken their time.
 */
final class SimSnapshots implements SnapshotStore {
    private final SnapshotStore snapshots;
    private final Consumer<Runnable> whenDone;

    /** @param whenDone runs a report of the turn under way when the turn's disk calls are done, if the process lives then */
    SimSnapshots(SnapshotStore snapshots, Consumer<Runnable> whenDone) {
        this.snapshots = snapshots;
        this.whenDone = whenDone;
    }

    @Override
    public List<SnapshotInfo> snapshots() {
        return snapshots.snapshots();
    }

    @Override
    public void listen(Listener listener) {
        snapshots.listen(new Listener() {
            @Override
            public void written(long token, SnapshotInfo snapshot) {
                whenDone.accept(() -> listener.written(token, snapshot));
            }

            @Override
            public void opened(long token, SnapshotInfo snapshot) {
                whenDone.accept(() -> listener.opened(token, snapshot));
            }

            @Override
            public void read(long token, long offset, ByteBuffer chunks) {
                whenDone.accept(() -> listener.read(token, offset, chunks));
            }

            @Override
            public void restored(long token, SnapshotInfo snapshot) {
                whenDone.accept(() -> listener.restored(token, snapshot));
            }

            @Override
            public void receiving(long token, long nextOffset) {
                whenDone.accept(() -> listener.receiving(token, nextOffset));
            }

            @Override
            public void received(long token, SnapshotInfo snapshot) {
                whenDone.accept(() -> listener.received(token, snapshot));
            }

            @Override
            public void refused(long token, SnapshotRefusal reason, String what) {
                whenDone.accept(() -> listener.refused(token, reason, what));
            }
        });
    }

    @Override
    public void write(long token, int group, SnapshotMark mark, List<StateImage> parts) {
        snapshots.write(token, group, mark, parts);
    }

    @Override
    public void open(long token, int group, long index) {
        snapshots.open(token, group, index);
    }

    @Override
    public void read(long token, long offset, int maxBytes) {
        snapshots.read(token, offset, maxBytes);
    }

    @Override
    public void restore(long token, int group, long index, List<StateRestore> parts) {
        snapshots.restore(token, group, index, parts);
    }

    @Override
    public void receive(long token, SnapshotInfo offered) {
        snapshots.receive(token, offered);
    }

    @Override
    public void chunks(long token, long offset, ByteBuffer chunks) {
        snapshots.chunks(token, offset, chunks);
    }

    @Override
    public void release(long token) {
        snapshots.release(token);
    }

    @Override
    public void dropBefore(int group, long index) {
        snapshots.dropBefore(group, index);
    }

    @Override
    public Agent agent() {
        return snapshots.agent();
    }

    @Override
    public void wakeup(Wakeup wakeup) {
        snapshots.wakeup(wakeup);
    }

    @Override
    public void close() {
        snapshots.close();
    }
}
