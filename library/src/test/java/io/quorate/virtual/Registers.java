package io.quorate.virtual;

import io.quorate.kv.Commands;
import io.quorate.kv.KeyValue;
import io.quorate.kv.PutRequest;
import io.quorate.kv.PutResponse;
import io.quorate.kv.RangeRequest;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.Result;
import io.quorate.kv.replicated.KvStateMachine;
import io.quorate.node.port.StateMachine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Numbered registers in the key-value store. Each value is written once in a run; its first 8 bytes are its number. */
final class Registers implements StateMachine<Result> {
    static final int KEYS = 5;

    /** @param revision the store's, of the put that wrote it; 0 for none */
    record Cell(long value, long revision) {
        static final Cell EMPTY = new Cell(0, 0);
    }

    private final KvStateMachine kv = new KvStateMachine();
    private final boolean quick;

    /** Revision at which each value was applied. */
    final Map<Long, Long> revisionOfValue = new TreeMap<>();

    private long history = 1;
    private long lastIndex;

    /** @param quick whether it runs on the loop; else an agent of its own applies */
    Registers(boolean quick) {
        this.quick = quick;
    }

    static ByteBuffer put(int key, long value, int padding) {
        byte[] bytes = ByteBuffer.allocate(8 + padding).putLong(value).array();
        return ByteBuffer.wrap(Commands.encode(PutRequest.of(keyOf(key), bytes)));
    }

    private static byte[] keyOf(int key) {
        return ("r" + key).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Result apply(long index, long term, ByteBuffer command) {
        if (index <= lastIndex) {
            throw new IllegalStateException("index " + index + " came after " + lastIndex);
        }
        lastIndex = index;
        byte[] bytes = new byte[command.remaining()];
        command.get(command.position(), bytes);
        PutRequest put = (PutRequest) Commands.decode(bytes);
        PutResponse response = (PutResponse) kv.apply(index, term, command);
        long value = ByteBuffer.wrap(put.value()).getLong();
        if (revisionOfValue.put(value, response.revision()) != null) {
            throw new IllegalStateException("value " + value + " was applied twice");
        }
        history = history * 31 + index;
        history = history * 31 + term;
        history = history * 31 + value;
        return response;
    }

    Cell cell(int key) {
        RangeResponse found = (RangeResponse) kv.store().view().range(RangeRequest.of(keyOf(key), new byte[0]));
        if (found.kvs().isEmpty()) {
            return Cell.EMPTY;
        }
        KeyValue pair = found.kvs().get(0);
        return new Cell(ByteBuffer.wrap(pair.value()).getLong(), pair.modRevision());
    }

    /** Equal for equal histories, and only then. */
    long hash() {
        return history * 31 + kv.store().view().hash();
    }

    @Override
    public boolean isQuick() {
        return quick;
    }
}
