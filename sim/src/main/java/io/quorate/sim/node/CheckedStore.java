package io.quorate.sim.node;

import io.quorate.node.port.BlockSink;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateMachine;
import io.quorate.node.port.StateRestore;
import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The replica of one life of a member, with a look at everything that it is given to apply. */
final class CheckedStore implements StateMachine<Reply> {
    /** A hash of the whole state costs much: it is compared at each of so many indexes. */
    private static final int STATE_INTERVAL = 16;

    /** Hears of each command that was applied. */
    interface Watch {
        void applied(long index, long term, int operation);

        Judge judge();
    }

    private final int member;
    private final Application application;
    private final Replica replica;
    private final AppliedLog applied;
    private final boolean quick;
    private final Watch watch;
    private long lastIndex;

    /** @param quick whether it runs on the loop; else an agent of its own applies */
    CheckedStore(int member, Application application, AppliedLog applied, boolean quick, Watch watch) {
        this.member = member;
        this.application = application;
        this.replica = application.replica();
        this.applied = applied;
        this.quick = quick;
        this.watch = watch;
    }

    @Override
    public Reply apply(long index, long term, ByteBuffer command) {
        byte[] bytes = new byte[command.remaining()];
        command.get(command.position(), bytes);
        int operation = application.operationOf(bytes);
        Reply reply = watch.judge().checked(() -> applied(index, term, command, operation, bytes));
        watch.applied(index, term, operation);
        return reply;
    }

    private Reply applied(long index, long term, ByteBuffer command, int operation, byte[] bytes) {
        NodeRule.APPLIED_IN_ORDER.require(
                index > lastIndex, () -> "member " + (member + 1) + " applied " + index + " behind " + lastIndex);
        lastIndex = index;
        boolean first = applied.applied(member, index, fingerprint(term, bytes));
        Reply reply = replica.apply(index, term, command);
        applied.answered(member, index, operation, reply);
        if (first) {
            application.applied(index, term, bytes, reply);
        }
        if (index % STATE_INTERVAL == 0) {
            applied.state(member, index, hash());
        }
        return reply;
    }

    private static long fingerprint(long term, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (term << 32 | crc.getValue()) + 1;
    }

    Reply read(Operation operation) {
        return replica.read(operation);
    }

    /** Of the last command; 0 before the first. */
    long lastIndex() {
        return lastIndex;
    }

    int hash() {
        return replica.hash();
    }

    /** Before the replica's own blocks comes one that says of which state they are. */
    @Override
    public @Nullable StateImage image() {
        StateImage image = replica.image();
        if (image == null) {
            return null;
        }
        ByteBuffer head =
                ByteBuffer.allocate(12).putLong(lastIndex).putInt(hash()).flip();
        return new StateImage() {
            private boolean begun;

            @Override
            public boolean writeNext(BlockSink sink) {
                if (begun) {
                    return image.writeNext(sink);
                }
                begun = true;
                sink.block(head);
                return true;
            }

            @Override
            public void close() {
                image.close();
            }
        };
    }

    @Override
    public StateRestore restore() {
        StateRestore restore = replica.restore();
        return new StateRestore() {
            private @Nullable ByteBuffer head;

            @Override
            public void block(ByteBuffer payload) {
                if (head == null) {
                    head = ByteBuffer.allocate(12).put(payload).flip();
                } else {
                    restore.block(payload);
                }
            }

            @Override
            public void finish() {
                restore.finish();
                ByteBuffer saved = Objects.requireNonNull(head);
                lastIndex = saved.getLong(0);
                watch.judge()
                        .check(() -> NodeRule.SNAPSHOT_IS_THE_STATE.requireAt(
                                lastIndex,
                                hash() == saved.getInt(8),
                                () -> "member " + (member + 1) + " was restored to " + lastIndex
                                        + ", and is not what was saved"));
            }
        };
    }

    @Override
    public byte @Nullable [] saveResult(Reply reply, int mostBytes) {
        return replica.save(reply, mostBytes);
    }

    @Override
    public Reply loadResult(byte[] saved) {
        return replica.load(saved);
    }

    @Override
    public boolean isQuick() {
        return quick;
    }
}
