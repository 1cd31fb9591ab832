package io.quorate.sim.node;

import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;

/** The key-value store as what is replicated. */
final class KvApplication implements Application {
    private final ClientHistory history = new ClientHistory();

    ClientHistory history() {
        return history;
    }

    @Override
    public Replica replica() {
        return new KvReplica();
    }

    @Override
    public ByteBuffer command(Operation operation) {
        return command(operation, 1);
    }

    @Override
    public ByteBuffer command(Operation operation, int attempt) {
        return KvForms.command(Requests.request(operation, attempt));
    }

    @Override
    public int operationOf(byte[] command) {
        return Requests.operation(Requests.sender(command));
    }

    @Override
    public void applied(long index, long term, byte[] command, Reply reply) {
        KvReply answer = (KvReply) reply;
        if (!answer.changes().isEmpty()) {
            history.changed(answer.response().revision(), Requests.sender(command), answer.changes());
        }
    }

    @Override
    public void called(Operation operation, int attempt, long now) {
        history.called(operation, attempt, Requests.request(operation, attempt), now);
    }

    @Override
    public void attemptRefused(Operation operation, long now) {
        history.refused(operation, now);
    }

    @Override
    public void done(Operation operation, long began, long ended, Reply reply) {
        history.returned(operation, ((KvReply) reply).response(), ended);
    }

    /** Its attempts were. */
    @Override
    public void refused(Operation operation) {}

    @Override
    public void unknown(Operation operation, long began) {
        history.unknown(operation);
    }

    @Override
    public void check() {
        history.check();
    }
}
