package io.quorate.testkit;

import io.quorate.node.port.StateMachine;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.Violation;
import io.quorate.sim.node.Replica;
import io.quorate.sim.node.Reply;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A user's machine in one life of a member. */
final class UserReplica<M extends StateMachine<R>, C, R> implements Replica {
    private final Simulation<M, C, R> simulation;
    private final Requests<C> requests;
    private final M machine;

    UserReplica(Simulation<M, C, R> simulation, Requests<C> requests) {
        this.simulation = simulation;
        this.requests = requests;
        machine = simulation.machine.get();
    }

    @Override
    public UserReply apply(long index, long term, ByteBuffer command) {
        Supplier<String> what = () -> "command " + requests.text(Requests.operationOf(command)) + " at index " + index;
        R result = answer(() -> machine.apply(index, term, Requests.userBytes(command)), what);
        return new UserReply(result, hash());
    }

    @Override
    public UserReply read(Operation operation) {
        Simulation.Reads<M, C, R> reads = simulation.reads();
        if (reads == null) {
            throw new IllegalStateException("no client reads");
        }
        C query = requests.query(operation.number());
        R result = answer(() -> reads.reader().apply(machine, query), () -> "read " + Texts.of(query));
        return new UserReply(result, 0);
    }

    /** What the user's code gives, which may be anything. */
    private static <T> T answer(Supplier<@Nullable T> call, Supplier<String> what) {
        T result;
        try {
            result = call.get();
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            Violation violation = Check.ANSWERS_EVERYTHING.broken(what.get() + " ended with " + e);
            violation.initCause(e);
            throw violation;
        }
        if (result == null) {
            throw Check.ANSWERS_EVERYTHING.broken(what.get() + " gave null");
        }
        return result;
    }

    @Override
    @SuppressWarnings("unchecked") // It came from the user's machine.
    public long effect(Reply reply) {
        return machine.effect((R) ((UserReply) reply).result());
    }

    @Override
    @SuppressWarnings("unchecked") // It came from the user's machine.
    public byte @Nullable [] save(Reply reply, int mostBytes) {
        return machine.saveResult((R) ((UserReply) reply).result(), mostBytes);
    }

    @Override
    public Reply load(byte[] saved) {
        R result = answer(() -> machine.loadResult(saved), () -> "the bytes of a saved result");
        return new UserReply(result, 0);
    }

    @Override
    public int hash() {
        return simulation.state(machine);
    }
}
