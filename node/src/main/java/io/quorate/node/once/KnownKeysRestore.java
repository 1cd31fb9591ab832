package io.quorate.node.once;

import io.quorate.node.IdempotencyKey;
import io.quorate.node.RaftException;
import io.quorate.node.once.KnownKeys.Entry;
import io.quorate.node.once.KnownKeys.Table;
import io.quorate.node.port.StateRestore;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds a table from the blocks of a {@link KnownKeysImage}. */
final class KnownKeysRestore implements StateRestore {
    private final Consumer<Table> finished;
    private final Table table = new Table();
    private boolean begun;

    KnownKeysRestore(Consumer<Table> finished) {
        this.finished = finished;
    }

    @Override
    public void block(ByteBuffer payload) {
        ByteBuffer in = payload.slice();
        try {
            if (!begun) {
                begun = true;
                table.logTime = in.getLong();
                table.horizon = in.getLong();
            }
            while (in.hasRemaining()) {
                take(entry(in));
            }
        } catch (BufferUnderflowException | RaftException e) {
            throw new IllegalArgumentException("a block of known keys that nobody writes: " + e, e);
        }
    }

    private void take(Entry entry) {
        boolean isBehind = table.entries.isEmpty()
                ? entry.key().bornMillis() > table.horizon
                : entry.key().compareTo(table.entries.lastKey()) > 0;
        if (!isBehind) {
            throw new IllegalArgumentException("the known key " + entry.key() + " is out of order");
        }
        table.add(entry);
    }

    private static Entry entry(ByteBuffer in) {
        long born = in.getLong();
        long hash = in.getLong();
        long index = in.getLong();
        long term = in.getLong();
        String text = new String(bytes(in, in.get() & 0xff), StandardCharsets.US_ASCII);
        int length = in.getInt();
        byte @Nullable [] answer = length == -1 ? null : bytes(in, length);
        return new Entry(new IdempotencyKey(born, text), hash, index, term, answer);
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("a length of " + length + " in a block of known keys");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    @Override
    public void finish() {
        finished.accept(table);
    }
}
