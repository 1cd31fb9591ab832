package io.quorate.sim.node;

import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;

/** What one life of a member makes of the commands; it begins in the first state. */
public interface Replica {
    /** @param command as a state machine gets it: read-only, big endian, valid during the call */
    Reply apply(long index, long term, ByteBuffer command);

    /** @param operation one that reads */
    Reply read(Operation operation);

    /** Of the whole state; equal states must have equal ones. It may cost much. */
    int hash();
}
