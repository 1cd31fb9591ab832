package io.quorate.sim.node;

import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What one life of a member makes of the commands; it begins in the first state. */
public interface Replica {
    /** @param command as a state machine gets it: read-only, big endian, valid during the call */
    Reply apply(long index, long term, ByteBuffer command);

    /** @param operation one that reads */
    Reply read(Operation operation);

    /** As a state machine saves a result. */
    default byte @Nullable [] save(Reply reply, int mostBytes) {
        return null;
    }

    /** The reply in bytes that {@link #save} gave: {@link Reply#saysTheSame}. */
    default Reply load(byte[] saved) {
        throw new UnsupportedOperationException(getClass().getName() + " saves no replies");
    }

    /** As that of a state machine. */
    default long effect(Reply reply) {
        return 0;
    }

    /** As that of a state machine; null where there are none. */
    default @Nullable StateImage image() {
        return null;
    }

    /** As that of a state machine. */
    default StateRestore restore() {
        throw new UnsupportedOperationException(getClass().getName() + " has no images");
    }

    /** Of the whole state; equal states must have equal ones. It may cost much. */
    int hash();
}
