package io.quorate.sim.node;

import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;

/** The key-value store as what is replicated. */
final class KvApplication implements Application {
    private final KvLog log = new KvLog();
    private final Answers answers = new Answers(log);

    @Override
    public Replica replica() {
        return new KvReplica();
    }

    @Override
    public ByteBuffer command(Operation operation) {
        return Requests.command(operation);
    }

    @Override
    public int operationOf(byte[] command) {
        return Requests.operationOf(command);
    }

    @Override
    public void applied(long index, long term, byte[] command, Reply reply) {
        log.answered(Requests.operationOf(command), Requests.keyOf(command), (Answer) reply);
    }

    @Override
    public void done(Operation operation, long began, long ended, Reply reply) {
        answers.done(operation, began, ended, (Answer) reply);
    }

    @Override
    public void refused(Operation operation) {
        answers.refused(operation);
    }

    /** No rule of the store follows from it. */
    @Override
    public void unknown(Operation operation, long began) {}

    @Override
    public void check() {
        answers.check();
    }
}
