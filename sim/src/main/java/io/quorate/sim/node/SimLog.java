package io.quorate.sim.node;

import io.quorate.node.port.Agent;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.Wakeup;
import io.quorate.storage.SegmentedLog;
import java.util.List;

/**
 * The real log between a node's loop and its agents, so that what the agents report is heard only when their disk calls have
 * taken their time, and so that all that passes is known.
 */
final class SimLog implements LogStore {
    /** Hears of what passes. */
    interface Watch {
        void submitted(LogWrite write);

        /** An agent says that something is durable; the loop hears of it later. */
        void reported();

        void persisted(long number);

        /** Runs the report of the turn under way when the turn's disk calls are done, if the process lives then. */
        void whenDone(Runnable report);

        void diskFull(boolean full);

        /** Entries before that index may go from now on. */
        void removedBefore(long index);
    }

    private final SegmentedLog log;
    private final Watch watch;

    SimLog(SegmentedLog log, Watch watch) {
        this.log = log;
        this.watch = watch;
    }

    @Override
    public List<GroupImage> recovered() {
        return log.recovered();
    }

    @Override
    public void listen(Listener listener) {
        log.listen(new Listener() {
            @Override
            public void persisted(int group, long writeNumber) {
                watch.reported();
                watch.whenDone(() -> {
                    watch.persisted(writeNumber);
                    listener.persisted(group, writeNumber);
                });
            }

            @Override
            public void read(FoundRecords found) {
                watch.whenDone(() -> listener.read(found));
            }

            @Override
            public void diskFull(boolean full) {
                watch.whenDone(() -> {
                    watch.diskFull(full);
                    listener.diskFull(full);
                });
            }

            @Override
            public void damaged(String what, Throwable cause) {
                watch.whenDone(() -> listener.damaged(what, cause));
            }

            @Override
            public void failed(String what, Throwable cause) {
                watch.whenDone(() -> listener.failed(what, cause));
            }
        });
    }

    @Override
    public void submit(LogWrite write) {
        watch.submitted(write);
        log.submit(write);
    }

    @Override
    public void read(int group, long firstIndex, long lastIndex, int maxBytes, long token) {
        log.read(group, firstIndex, lastIndex, maxBytes, token);
    }

    @Override
    public void removeBefore(int group, long index) {
        watch.removedBefore(index);
        log.removeBefore(group, index);
    }

    @Override
    public void applied(int group, long firstIndex, long lastIndex, long[] keyHashes, int keys) {
        log.applied(group, firstIndex, lastIndex, keyHashes, keys);
    }

    @Override
    public Agent writer() {
        return log.writer();
    }

    @Override
    public Agent housekeeping() {
        return log.housekeeping();
    }

    @Override
    public void wakeups(Wakeup writer, Wakeup housekeeping) {
        log.wakeups(writer, housekeeping);
    }

    @Override
    public void close() {
        log.close();
    }
}
