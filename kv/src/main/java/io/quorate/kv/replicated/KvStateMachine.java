package io.quorate.kv.replicated;

import io.quorate.kv.KvStore;
import io.quorate.kv.Result;
import io.quorate.kv.Results;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.KeyHash;
import io.quorate.node.port.SlicedStateMachine;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.node.port.TouchedKeys;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hands committed commands to a {@link KvStore}. Whoever proposed gets the response object itself, as {@link Result}; it is
 * never null and never an exception.
 */
public final class KvStateMachine implements SlicedStateMachine<Result> {
    /** A larger copy than this is not kept for the next command. */
    private static final int KEPT_BYTES = 64 * 1024;

    /** Some hundred microseconds of deletes: less than a turn may take for applying, and much more than a turn costs. */
    private static final int KEYS_PER_SLICE = 1024;

    private final KvStore store = new KvStore();
    private byte[] scratch = new byte[1024];
    private @Nullable Result result;

    /** Over an empty store. */
    public KvStateMachine() {}

    /** The store, whose {@link KvStore#view} any thread may read. Nobody else may apply to it. */
    public KvStore store() {
        return store;
    }

    /** The store copies keys and values out of the bytes once more, so that they keep no command alive. */
    @Override
    public boolean begin(long index, long term, ByteBuffer command) {
        int length = command.remaining();
        byte[] bytes = length <= scratch.length ? scratch : new byte[length];
        command.get(command.position(), bytes, 0, length);
        if (length <= KEPT_BYTES) {
            scratch = bytes;
        }
        result = store.begin(bytes, 0, length, true, KEYS_PER_SLICE);
        return result != null;
    }

    @Override
    public boolean goOn() {
        result = store.goOn(KEYS_PER_SLICE);
        return result != null;
    }

    @Override
    public Result result() {
        Result finished = result;
        if (finished == null) {
            throw new IllegalStateException("the command is not finished");
        }
        return finished;
    }

    @Override
    public long effect(Result finished) {
        return store.effect();
    }

    @Override
    public byte @Nullable [] saveResult(Result finished, int mostBytes) {
        return Results.encode(finished, mostBytes);
    }

    @Override
    public Result loadResult(byte[] saved) {
        return Objects.requireNonNull(Results.decode(saved, 0, saved.length), "no result stands in these bytes");
    }

    /** Costs nothing at once; compacted versions are kept in memory until it is closed. Not within a command. */
    @Override
    public StateImage image() {
        return new KvStateImage(store.image(BlockSink.TARGET_BYTES, BlockSink.MAX_BYTES));
    }

    @Override
    public StateRestore restore() {
        return new KvStateRestore(store.restore());
    }

    @Override
    public boolean reportTo(TouchedKeys listener) {
        store.onWrite(key -> listener.touched(KeyHash.of(key)));
        return true;
    }
}
