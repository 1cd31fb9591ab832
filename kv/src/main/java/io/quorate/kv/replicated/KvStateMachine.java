package io.quorate.kv.replicated;

import io.quorate.kv.KvStore;
import io.quorate.kv.Result;
import io.quorate.node.port.StateMachine;
import java.nio.ByteBuffer;

/**
 * Hands committed commands to a {@link KvStore}. Whoever proposed gets the response object itself, as {@link Result}; it is
 * never null and never an exception.
 */
public final class KvStateMachine implements StateMachine<Result> {
    /** A larger copy than this is not kept for the next command. */
    private static final int KEPT_BYTES = 64 * 1024;

    private final KvStore store = new KvStore();
    private byte[] scratch = new byte[1024];

    /** Over an empty store. */
    public KvStateMachine() {}

    /** The store, whose {@link KvStore#view} any thread may read. Nobody else may apply to it. */
    public KvStore store() {
        return store;
    }

    /** The store copies keys and values out of the bytes once more, so that they keep no command alive. */
    @Override
    public Result apply(long index, long term, ByteBuffer command) {
        int length = command.remaining();
        byte[] bytes = length <= scratch.length ? scratch : new byte[length];
        command.get(command.position(), bytes, 0, length);
        if (length <= KEPT_BYTES) {
            scratch = bytes;
        }
        return store.apply(bytes, 0, length, true);
    }

    /**
     * True: a put takes about a microsecond. What takes longer, because it is not cut in slices yet, is a delete of a range with
     * very many keys, and a transaction with very many operations or with comparisons over large ranges.
     */
    @Override
    public boolean isQuick() {
        return true;
    }
}
