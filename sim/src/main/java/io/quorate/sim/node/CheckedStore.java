package io.quorate.sim.node;

import io.quorate.kv.RangeRequest;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.Result;
import io.quorate.kv.replicated.KvStateMachine;
import io.quorate.node.port.StateMachine;
import io.quorate.sim.history.KvChange;
import io.quorate.sim.history.KvPair;
import io.quorate.sim.history.KvRequest;
import io.quorate.sim.history.KvResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** The key-value store of one life of a member, with a look at everything that it is given to apply. */
final class CheckedStore implements StateMachine<Result> {
    /** A hash of the whole state costs much: it is compared at each of so many indexes. */
    private static final int STATE_INTERVAL = 16;

    private static final byte[] ONE_KEY = new byte[0];

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
        int sender = Requests.sender(bytes);
        watch.judge().check(() -> check(index, fingerprint(term, bytes), bytes, sender, result));
        watch.applied(index, term, Requests.operation(sender));
        return result;
    }

    private void check(long index, long fingerprint, byte[] bytes, int sender, Result result) {
        NodeRule.APPLIED_IN_ORDER.require(
                index > lastIndex, () -> "member " + (member + 1) + " applied " + index + " behind " + lastIndex);
        lastIndex = index;
        if (applied.applied(member, index, fingerprint)) {
            applied.found(index, sender);
            long revision = KvForms.response(result).revision();
            if (revision != applied.revision()) {
                applied.changed(new AppliedLog.Change(revision, sender, changes(Requests.keyOf(bytes), revision)));
            }
        }
        if (index % STATE_INTERVAL == 0) {
            applied.state(member, index, hash());
        }
    }

    /** What the change of that revision did to its key, as the store holds it. */
    private List<KvChange> changes(byte[] key, long revision) {
        RangeResponse now = (RangeResponse) kv.store().view().range(RangeRequest.of(key, ONE_KEY));
        if (now.kvs().isEmpty()) {
            return List.of(KvChange.deleted(KvForms.text(key)));
        }
        KvPair pair = KvForms.pair(now.kvs().get(0));
        return pair.modRevision() == revision ? List.of(KvChange.put(pair)) : List.of();
    }

    private static long fingerprint(long term, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (term << 32 | crc.getValue()) + 1;
    }

    KvResponse read(KvRequest.Range range) {
        return KvForms.response(kv.store().view().range(KvForms.range(range)));
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
