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

    private static final int HEAD_BYTES = 36;

    /** Hears of each command that was applied. */
    interface Watch {
        void applied(long index, long term, int operation);

        Judge judge();

        /** The state that was restored is scarred. */
        void scarred();
    }

    private final int member;
    private final Application application;
    private final Replica replica;
    private final AppliedLog applied;
    private final boolean quick;
    private final Watch watch;
    private long lastIndex;

    /**
     * What a fault has done to the state: a part of it that no client sees, so that nothing else in a run is wrong. It lasts, and goes with
     * each image. 0: it is as the commands have made it.
     */
    private long scar;

    /** The last entry that was applied without it. */
    private long scarredBehind;

    private boolean wasScarred;
    private long firstScarred = Long.MAX_VALUE;

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

    /** A fault: what is applied from now on has another effect than elsewhere. */
    void scar(long number) {
        scar = number;
        scarredBehind = lastIndex;
        wasScarred = true;
    }

    boolean isScarred() {
        return scar != 0;
    }

    /** Whether it is, or was before it was restored. */
    boolean wasScarred() {
        return wasScarred;
    }

    long scarredBehind() {
        return scarredBehind;
    }

    /** The first command that had another effect than elsewhere; beyond all where none had. */
    long firstEffectBehind() {
        return firstScarred;
    }

    @Override
    public long effect(Reply reply) {
        if (scar != 0) {
            firstScarred = Math.min(firstScarred, lastIndex);
        }
        return replica.effect(reply) + scar;
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
                ByteBuffer.allocate(HEAD_BYTES)
                        .putLong(lastIndex)
                        .putInt(hash())
                        .putLong(scar)
                        .putLong(scarredBehind)
                        .putLong(firstScarred)
                        .flip();
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
                    head = ByteBuffer.allocate(HEAD_BYTES).put(payload).flip();
                } else {
                    restore.block(payload);
                }
            }

            @Override
            public void finish() {
                restore.finish();
                ByteBuffer saved = Objects.requireNonNull(head);
                lastIndex = saved.getLong(0);
                scar = saved.getLong(12);
                scarredBehind = saved.getLong(20);
                firstScarred = saved.getLong(28);
                wasScarred |= scar != 0;
                if (scar != 0) {
                    watch.scarred();
                }
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
