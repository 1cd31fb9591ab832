package io.quorate.sim.node;

import io.quorate.kv.Result;
import io.quorate.kv.replicated.KvStateMachine;
import io.quorate.node.port.StateMachine;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The key-value store of one life of a member, with a look at everything that it is given to apply. */
final class CheckedStore implements StateMachine<Result> {
    /** A hash of the whole state costs much: it is compared at each of so many indexes. */
    private static final int STATE_INTERVAL = 16;

    /** Hears of each command that was applied. */
    interface Watch {
        void applied(long index, long term, int operation);

        Judge judge();
    }

    private final KvStateMachine kv = new KvStateMachine();
    private final int member;
    private final AppliedLog applied;
    private final boolean quick;
    private final Watch watch;
    private long lastIndex;

    /** @param quick whether it runs on the loop; else an agent of its own applies */
    CheckedStore(int member, AppliedLog applied, boolean quick, Watch watch) {
        this.member = member;
        this.applied = applied;
        this.quick = quick;
        this.watch = watch;
    }

    @Override
    public Result apply(long index, long term, ByteBuffer command) {
        byte[] bytes = new byte[command.remaining()];
        command.get(command.position(), bytes);
        Result result = kv.apply(index, term, command);
        int operation = Requests.operationOf(bytes);
        watch.judge().check(() -> check(index, fingerprint(term, bytes), bytes, operation, result));
        watch.applied(index, term, operation);
        return result;
    }

    private void check(long index, long fingerprint, byte[] bytes, int operation, Result result) {
        NodeRule.APPLIED_IN_ORDER.require(
                index > lastIndex, () -> "member " + (member + 1) + " applied " + index + " behind " + lastIndex);
        lastIndex = index;
        if (applied.applied(member, index, fingerprint)) {
            applied.answered(index, operation, Requests.keyOf(bytes), Answer.of(result));
        }
        if (index % STATE_INTERVAL == 0) {
            applied.state(member, index, hash());
        }
    }

    private static long fingerprint(long term, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (term << 32 | crc.getValue()) + 1;
    }

    Answer read(int key) {
        return Answer.of(kv.store().view().range(Requests.range(key)));
    }

    /** Of the last command; 0 before the first. */
    long lastIndex() {
        return lastIndex;
    }

    int hash() {
        return kv.store().view().hash();
    }

    @Override
    public boolean isQuick() {
        return quick;
    }
}
