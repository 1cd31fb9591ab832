package io.quorate.sim.node;

import io.quorate.kv.Command;
import io.quorate.kv.Commands;
import io.quorate.kv.Compare;
import io.quorate.kv.DeleteRangeRequest;
import io.quorate.kv.PutRequest;
import io.quorate.kv.RangeRequest;
import io.quorate.kv.TxnRequest;
import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations as requests of the store. A value is the number of the operation that writes it, and padding of a length that
 * follows from the number. Each command carries its operation's number, also one that deletes.
 */
final class Requests {
    private static final byte[] ONE_KEY = new byte[0];
    private static final int MOST_PADDING = 200;

    private Requests() {}

    static String name(int key) {
        return "k" + key;
    }

    private static byte[] key(int key) {
        return name(key).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] value(int operation) {
        int padding = (operation * 37 & Integer.MAX_VALUE) % MOST_PADDING;
        return ByteBuffer.allocate(Integer.BYTES + padding).putInt(operation).array();
    }

    /** The number of the operation that wrote a value. */
    static int operation(byte[] value) {
        return ByteBuffer.wrap(value).getInt();
    }

    static ByteBuffer command(Operation operation) {
        PutRequest put = PutRequest.of(key(operation.key()), value(operation.number()));
        Command command =
                switch (operation.kind()) {
                    case PUT -> put;
                    case DELETE ->
                        new TxnRequest(
                                List.of(),
                                List.of(new DeleteRangeRequest(key(operation.key()), ONE_KEY, true)),
                                List.of(put)); // never runs: no comparison fails
                    case COMPARE_AND_SET ->
                        new TxnRequest(List.of(expectation(operation)), List.of(put), List.of(range(operation.key())));
                    case READ, STALE_READ -> throw new IllegalArgumentException("a read is no command");
                };
        return ByteBuffer.wrap(Commands.encode(command));
    }

    private static Compare expectation(Operation operation) {
        byte[] key = key(operation.key());
        return operation.expected() == 0
                ? Compare.number(key, Compare.VERSION, Compare.EQUAL, 0)
                : Compare.value(key, Compare.EQUAL, value(operation.expected()));
    }

    static RangeRequest range(int key) {
        return RangeRequest.of(key(key), ONE_KEY);
    }

    /** The operation of a command; 0 for one that none of these made. */
    static int operationOf(byte[] command) {
        PutRequest put = numberedPut(command);
        return put == null ? 0 : operation(put.value());
    }

    /** The key of a command, as text. */
    static String keyOf(byte[] command) {
        PutRequest put = numberedPut(command);
        return put == null ? "" : new String(put.key(), StandardCharsets.US_ASCII);
    }

    private static @Nullable PutRequest numberedPut(byte[] bytes) {
        Command command = Commands.decode(bytes);
        if (command instanceof TxnRequest txn) {
            boolean deletes = txn.compare().isEmpty();
            return (PutRequest) (deletes ? txn.failure() : txn.success()).get(0);
        }
        return command instanceof PutRequest put ? put : null;
    }
}
