package io.quorate.kv.replicated;

import io.quorate.kv.KvRestore;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.StateRestore;
import java.nio.ByteBuffer;

/** Hands the store its blocks as arrays. */
final class KvStateRestore implements StateRestore {
    private final KvRestore restore;
    private byte[] bytes = new byte[2 * BlockSink.TARGET_BYTES];

    KvStateRestore(KvRestore restore) {
        this.restore = restore;
    }

    @Override
    public void block(ByteBuffer payload) {
        int length = payload.remaining();
        if (bytes.length < length) {
            bytes = new byte[length];
        }
        payload.get(payload.position(), bytes, 0, length);
        restore.block(bytes, 0, length);
    }

    @Override
    public void finish() {
        restore.finish();
    }
}
