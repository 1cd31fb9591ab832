package io.quorate.testkit;

import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What the clients of one run ask. A request is drawn from the seed and its operation's number, so that it stays the same when
 * others are taken out of a script. Before a command's bytes stands the number.
 */
final class Requests<C> {
    private final Simulation<?, C, ?> simulation;
    private final KeyedRandom random;
    private final Map<Integer, C> drawn = new TreeMap<>();

    Requests(Simulation<?, C, ?> simulation, long seed) {
        this.simulation = simulation;
        random = new KeyedRandom(seed);
    }

    C request(Operation operation) {
        return operation.isWrite() ? command(operation.number()) : query(operation.number());
    }

    C command(int operation) {
        return draw(operation, simulation.commands);
    }

    C query(int operation) {
        Simulation.Reads<?, C, ?> reads = simulation.reads();
        if (reads == null) {
            throw new IllegalStateException("no client reads");
        }
        return draw(operation, reads.queries());
    }

    private C draw(int operation, Function<KeyedRandom.Stream, C> generator) {
        return drawn.computeIfAbsent(operation, number -> generator.apply(random.stream(Purpose.COMMAND, number)));
    }

    String text(int operation) {
        return Texts.of(command(operation));
    }

    ByteBuffer bytes(int operation) {
        ByteBuffer own = simulation.encoder.apply(command(operation)).duplicate();
        if (own.remaining() > UserApplication.MAX_COMMAND_BYTES) {
            throw new IllegalArgumentException("command " + text(operation) + " has " + own.remaining()
                    + " bytes, and members in a simulation take " + UserApplication.MAX_COMMAND_BYTES);
        }
        return ByteBuffer.allocate(Integer.BYTES + own.remaining())
                .putInt(operation)
                .put(own)
                .flip();
    }

    static int operationOf(ByteBuffer command) {
        return command.getInt(command.position());
    }

    /** What the user's machine is to see. */
    static ByteBuffer userBytes(ByteBuffer command) {
        return command.slice(command.position() + Integer.BYTES, command.remaining() - Integer.BYTES);
    }
}
