package io.quorate.node.internal;

import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.SnapshotStore;
import io.quorate.node.port.Wakeup;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Gives out the tokens of a {@link SnapshotStore}, and brings its answers, heard on the thread of its agent, to the loop and
 * to whoever asked. What comes for a token that was given back is dropped.
 */
final class SnapshotDesk implements SnapshotStore.Listener {
    /** Hears, on the loop, of the work that it asked for; of what it does not ask for it hears nothing. */
    interface Asker {
        default void written(SnapshotInfo snapshot) {}

        default void opened(SnapshotInfo snapshot) {}

        default void read(long offset, ByteBuffer chunks) {}

        default void restored() {}

        default void receiving(long nextOffset) {}

        default void received(SnapshotInfo snapshot) {}

        void refused(SnapshotRefusal reason, String what);
    }

    private record Answer(long token, boolean isLast, Consumer<Asker> told) {}

    private final SnapshotStore store;
    private final Wakeup loop;
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Map<Long, Asker> askers = new HashMap<>();
    private long lastToken;

    SnapshotDesk(SnapshotStore store, Wakeup loop) {
        this.store = store;
        this.loop = loop;
        store.listen(this);
    }

    SnapshotStore store() {
        return store;
    }

    /** A token for one piece of work, which ends with its last answer or {@link #giveBack}. */
    long take(Asker asker) {
        askers.put(++lastToken, asker);
        return lastToken;
    }

    /** Ends the work, if it has not ended; 0 is none. */
    void giveBack(long token) {
        if (askers.remove(token) != null) {
            store.release(token);
        }
    }

    /** Loop: hands on what came. */
    void deliver() {
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            Asker asker = answer.isLast ? askers.remove(answer.token) : askers.get(answer.token);
            if (asker != null) {
                answer.told.accept(asker);
            }
        }
    }

    private void add(long token, boolean isLast, Consumer<Asker> told) {
        answers.add(new Answer(token, isLast, told));
        loop.wake();
    }

    @Override
    public void written(long token, SnapshotInfo snapshot) {
        add(token, true, asker -> asker.written(snapshot));
    }

    @Override
    public void opened(long token, SnapshotInfo snapshot) {
        add(token, false, asker -> asker.opened(snapshot));
    }

    @Override
    public void read(long token, long offset, ByteBuffer chunks) {
        add(token, false, asker -> asker.read(offset, chunks));
    }

    @Override
    public void restored(long token, SnapshotInfo snapshot) {
        add(token, true, Asker::restored);
    }

    @Override
    public void receiving(long token, long nextOffset) {
        add(token, false, asker -> asker.receiving(nextOffset));
    }

    @Override
    public void received(long token, SnapshotInfo snapshot) {
        add(token, true, asker -> asker.received(snapshot));
    }

    @Override
    public void refused(long token, SnapshotRefusal reason, String what) {
        add(token, true, asker -> asker.refused(reason, what));
    }
}
