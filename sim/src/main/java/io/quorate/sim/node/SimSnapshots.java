package io.quorate.sim.node;

import io.quorate.node.port.Agent;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.SnapshotStore;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.node.port.Wakeup;
import io.quorate.raft.SnapshotMark;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Mark;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The real snapshots between a node's loop and their agent, so that what the agent reports is heard only when its disk calls
 * have taken their time.
 */
final class SimSnapshots implements SnapshotStore {
    /** Hears of what passes. */
    interface Watch {
        /** Runs a report of the turn under way when the turn's disk calls are done, if the process lives then. */
        void whenDone(Runnable report);

        /** Snapshots that cover less may go from now on. */
        void droppedBefore(long index);

        /** Receiving begins with so much of the snapshot there. */
        void fetchBegins(long offset);

        void refused(SnapshotRefusal reason);
    }

    private final SnapshotStore snapshots;
    private final int answerBytes;
    private final Watch watch;
    private final Set<Long> beginning = new TreeSet<>();

    /** Tokens of what the agent has not ended. */
    private final Set<Long> writing = new TreeSet<>();

    private final Set<Long> receiving = new TreeSet<>();
    private final Set<Long> restoring = new TreeSet<>();

    /** @param answerBytes most bytes handed out at once: even a small snapshot then takes many questions */
    SimSnapshots(SnapshotStore snapshots, int answerBytes, Watch watch) {
        this.snapshots = snapshots;
        this.answerBytes = answerBytes;
        this.watch = watch;
    }

    private void ended(long token) {
        writing.remove(token);
        receiving.remove(token);
        restoring.remove(token);
    }

    /**
     * The process ends here.
     *
     * @param markIndex of the newest durable mark
     */
    void cutShort(long markIndex, Ledger ledger) {
        if (!writing.isEmpty()) {
            ledger.hit(Mark.SNAPSHOT_CUT_SHORT);
        }
        if (!receiving.isEmpty()) {
            ledger.hit(Mark.FETCH_CUT_SHORT);
        }
        if (!restoring.isEmpty()) {
            ledger.hit(Mark.RESTORE_CUT_SHORT);
        }
        if (snapshots().stream().anyMatch(snapshot -> snapshot.mark().index() > markIndex)) {
            ledger.hit(Mark.SNAPSHOT_NOT_MARKED);
        }
    }

    @Override
    public List<SnapshotInfo> snapshots() {
        return snapshots.snapshots();
    }

    @Override
    public void known(int group, SnapshotMark mark) {
        snapshots.known(group, mark);
    }

    @Override
    public void listen(Listener listener) {
        snapshots.listen(new Listener() {
            @Override
            public void written(long token, SnapshotInfo snapshot) {
                writing.remove(token);
                watch.whenDone(() -> listener.written(token, snapshot));
            }

            @Override
            public void opened(long token, SnapshotInfo snapshot) {
                watch.whenDone(() -> listener.opened(token, snapshot));
            }

            @Override
            public void read(long token, long offset, ByteBuffer chunks) {
                watch.whenDone(() -> listener.read(token, offset, chunks));
            }

            @Override
            public void restored(long token, SnapshotInfo snapshot) {
                restoring.remove(token);
                watch.whenDone(() -> listener.restored(token, snapshot));
            }

            @Override
            public void receiving(long token, long nextOffset) {
                watch.whenDone(() -> {
                    if (beginning.remove(token)) {
                        watch.fetchBegins(nextOffset);
                    }
                    listener.receiving(token, nextOffset);
                });
            }

            @Override
            public void received(long token, SnapshotInfo snapshot) {
                receiving.remove(token);
                watch.whenDone(() -> listener.received(token, snapshot));
            }

            @Override
            public void refused(long token, SnapshotRefusal reason, String what) {
                ended(token);
                watch.whenDone(() -> {
                    watch.refused(reason);
                    listener.refused(token, reason, what);
                });
            }
        });
    }

    @Override
    public void write(long token, int group, SnapshotMark mark, List<StateImage> parts) {
        writing.add(token);
        snapshots.write(token, group, mark, parts);
    }

    @Override
    public void open(long token, int group, long index) {
        snapshots.open(token, group, index);
    }

    @Override
    public void read(long token, long offset, int maxBytes) {
        snapshots.read(token, offset, Math.min(maxBytes, answerBytes));
    }

    @Override
    public void restore(long token, int group, long index, List<StateRestore> parts) {
        restoring.add(token);
        snapshots.restore(token, group, index, parts);
    }

    @Override
    public void receive(long token, SnapshotInfo offered) {
        beginning.add(token);
        receiving.add(token);
        snapshots.receive(token, offered);
    }

    @Override
    public void chunks(long token, long offset, ByteBuffer chunks) {
        snapshots.chunks(token, offset, chunks);
    }

    @Override
    public void release(long token) {
        ended(token);
        snapshots.release(token);
    }

    @Override
    public void dropBefore(int group, long index) {
        watch.droppedBefore(index);
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
