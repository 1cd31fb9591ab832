package io.quorate.sim.node;

import io.quorate.kv.replicated.KvStateMachine;
import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;

/** The key-value store of one life of a member. */
final class KvReplica implements Replica {
    private final KvStateMachine kv = new KvStateMachine();

    @Override
    public Reply apply(long index, long term, ByteBuffer command) {
        return Answer.of(kv.apply(index, term, command));
    }

    @Override
    public Reply read(Operation operation) {
        return Answer.of(kv.store().view().range(Requests.range(operation.key())));
    }

    @Override
    public int hash() {
        return kv.store().view().hash();
    }
}
