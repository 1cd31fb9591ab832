package io.quorate.sim.node;

import io.quorate.sim.history.KvChange;
import io.quorate.sim.history.KvResponse;
import java.util.List;

/**
 * What the store said, and what it did.
 *
 * @param changes at the answer's revision; empty for what changed nothing
 */
record KvReply(KvResponse response, List<KvChange> changes) implements Reply {
    KvReply {
        changes = List.copyOf(changes);
    }

    @Override
    public long digest() {
        return response.revision();
    }

    @Override
    public boolean saysTheSame(Reply other) {
        return other instanceof KvReply reply && reply.response.equals(response);
    }

    @Override
    public String toString() {
        return response.toString();
    }
}
