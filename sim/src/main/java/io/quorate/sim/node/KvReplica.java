package io.quorate.sim.node;

import io.quorate.kv.RangeRequest;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.replicated.KvStateMachine;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.sim.core.Operation;
import io.quorate.sim.history.KvChange;
import io.quorate.sim.history.KvPair;
import io.quorate.sim.history.KvRequest;
import io.quorate.sim.history.KvResponse;
import io.quorate.sim.history.KvState;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The key-value store of one life of a member. */
final class KvReplica implements Replica {
    private static final byte[] ONE_KEY = new byte[0];

    private final KvStateMachine kv = new KvStateMachine();
    private long revision = KvState.EMPTY_REVISION;

    @Override
    public Reply apply(long index, long term, ByteBuffer command) {
        byte[] bytes = new byte[command.remaining()];
        command.get(command.position(), bytes);
        KvResponse response = KvForms.response(kv.apply(index, term, command));
        long before = revision;
        revision = response.revision();
        return new KvReply(response, revision == before ? List.of() : changes(Requests.keyOf(bytes)));
    }

    /** What the last change did to its key, as the store holds it. */
    private List<KvChange> changes(byte[] key) {
        RangeResponse now = (RangeResponse) kv.store().view().range(RangeRequest.of(key, ONE_KEY));
        if (now.kvs().isEmpty()) {
            return List.of(KvChange.deleted(KvForms.text(key)));
        }
        KvPair pair = KvForms.pair(now.kvs().get(0));
        return pair.modRevision() == revision ? List.of(KvChange.put(pair)) : List.of();
    }

    @Override
    public Reply read(Operation operation) {
        KvRequest.Range range = (KvRequest.Range) Requests.request(operation, 1);
        return new KvReply(KvForms.response(kv.store().view().range(KvForms.range(range))), List.of());
    }

    @Override
    public long effect(Reply reply) {
        return kv.store().effect();
    }

    @Override
    public byte @Nullable [] save(Reply reply, int mostBytes) {
        return kv.saveResult(KvForms.result(((KvReply) reply).response()), mostBytes);
    }

    @Override
    public Reply load(byte[] saved) {
        return new KvReply(KvForms.response(kv.loadResult(saved)), List.of());
    }

    @Override
    public StateImage image() {
        return kv.image();
    }

    @Override
    public StateRestore restore() {
        StateRestore restore = kv.restore();
        return new StateRestore() {
            @Override
            public void block(ByteBuffer payload) {
                restore.block(payload);
            }

            @Override
            public void finish() {
                restore.finish();
                revision = kv.store().view().revision();
            }
        };
    }

    @Override
    public int hash() {
        return kv.store().view().hash();
    }
}
