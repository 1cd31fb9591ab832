package io.quorate.node.internal;

import io.quorate.node.RaftException;
import io.quorate.node.RaftException.Code;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.SavedState;
import io.quorate.node.Served;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots that users ask for: each waits until one covers what was applied when it was asked, and is then held open for its
 * user. Loop only, but for what a user holds.
 */
final class SavedStates {
    /** Beyond so many waiting and open ones a further one is refused: each holds a file that could go else. */
    static final int MAX = 8;

    /** How users reach the loop, and hear of it. */
    interface Users {
        /** Runs it on the loop; false on a stopped node. */
        boolean ask(Runnable onLoop);

        /** Runs it where users' code may run. */
        void tell(Runnable completion);

        RaftException stopped();
    }

    private record Waiting(long index, CompletableFuture<ReadOutcome<SavedState>> answer, Users users) {}

    private final int group;
    private final SnapshotDesk desk;
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<Open> open = new ArrayList<>();

    SavedStates(int group, SnapshotDesk desk) {
        this.group = group;
        this.desk = desk;
    }

    int size() {
        return waiting.size() + open.size();
    }

    /** @param index that it must cover */
    void ask(long index, CompletableFuture<ReadOutcome<SavedState>> answer, Users users) {
        waiting.add(new Waiting(index, answer, users));
    }

    /** Whether somebody waits for a snapshot that covers more. */
    boolean want(long coveredIndex) {
        return waiting.stream().anyMatch(one -> one.index > coveredIndex);
    }

    /** A snapshot up to that index is there, and its mark durable: who waits for no more gets the newest. */
    void covered(long index) {
        takeWaiting(one -> one.index <= index).forEach(one -> {
            Open opening = new Open(one);
            open.add(opening);
            opening.token = desk.take(opening);
            desk.store().open(opening.token, group, 0);
        });
    }

    private List<Waiting> takeWaiting(Predicate<Waiting> which) {
        List<Waiting> taken = waiting.stream().filter(which).toList();
        waiting.removeAll(taken);
        return taken;
    }

    void refuse(Refused<SavedState> refused) {
        takeWaiting(one -> true).forEach(one -> one.users.tell(() -> one.answer.complete(refused)));
    }

    /** None can be taken now. */
    void fail(SnapshotRefusal reason, String what) {
        if (reason == SnapshotRefusal.DISK_FULL) {
            refuse(new Refused<>(Refused.Reason.NO_SPACE, null, 0));
        } else {
            fail(new RaftException(code(reason), "the state cannot be saved: " + what));
        }
    }

    void fail(RaftException failure) {
        takeWaiting(one -> true).forEach(one -> one.users.tell(() -> one.answer.completeExceptionally(failure)));
    }

    private static Code code(SnapshotRefusal reason) {
        return reason == SnapshotRefusal.STATE_MACHINE ? Code.INTERNAL : Code.DISK_FAILED;
    }

    /** The node stops: the store ends what is open. */
    void stop(Refused<SavedState> refused) {
        refuse(refused);
        List.copyOf(open).forEach(Open::stop);
    }

    private final class Open implements SnapshotDesk.Asker, SavedState {
        private final Waiting asked;
        private long token;
        private volatile @Nullable SnapshotInfo info;
        private @Nullable CompletableFuture<ByteBuffer> reading;
        private boolean over;

        Open(Waiting asked) {
            this.asked = asked;
        }

        private SnapshotInfo known() {
            SnapshotInfo opened = info;
            if (opened == null) {
                throw new IllegalStateException("nobody has it before it is opened");
            }
            return opened;
        }

        @Override
        public long index() {
            return known().mark().index();
        }

        @Override
        public long term() {
            return known().mark().term();
        }

        @Override
        public long bytes() {
            return known().bytes();
        }

        @Override
        public CompletableFuture<ByteBuffer> read(long offset, int maxBytes) {
            CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
            if (!asked.users.ask(() -> begin(offset, maxBytes, answer))) {
                answer.completeExceptionally(asked.users.stopped());
            }
            return answer;
        }

        private void begin(long offset, int maxBytes, CompletableFuture<ByteBuffer> answer) {
            if (over || reading != null) {
                RaftException misuse = new RaftException(
                        Code.MISUSE,
                        over ? "the saved state is closed" : "a saved state is read by one read at a time");
                asked.users.tell(() -> answer.completeExceptionally(misuse));
            } else {
                reading = answer;
                desk.store().read(token, offset, maxBytes);
            }
        }

        @Override
        public void close() {
            asked.users.ask(this::stop);
        }

        private void stop() {
            if (!over) {
                desk.giveBack(token);
                end(new RaftException(Code.STOPPED, "the saved state was closed while it was read"));
                if (info == null) {
                    asked.users.tell(() -> asked.answer.completeExceptionally(asked.users.stopped()));
                }
            }
        }

        private void end(RaftException why) {
            over = true;
            open.remove(this);
            CompletableFuture<ByteBuffer> under = reading;
            reading = null;
            if (under != null) {
                asked.users.tell(() -> under.completeExceptionally(why));
            }
        }

        @Override
        public void opened(SnapshotInfo snapshot) {
            info = snapshot;
            asked.users.tell(() -> {
                if (!asked.answer.complete(new Served<>(this, snapshot.mark().index()))) {
                    close(); // nobody waits any more
                }
            });
        }

        @Override
        public void read(long offset, ByteBuffer chunks) {
            CompletableFuture<ByteBuffer> under = reading;
            reading = null;
            if (under != null) {
                asked.users.tell(() -> under.complete(chunks));
            }
        }

        @Override
        public void refused(SnapshotRefusal reason, String what) {
            RaftException failure = new RaftException(code(reason), "the saved state cannot be read: " + what);
            boolean wasOpened = info != null;
            end(failure);
            if (!wasOpened) {
                asked.users.tell(() -> asked.answer.completeExceptionally(failure));
            }
        }
    }
}
