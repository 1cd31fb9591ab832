package io.quorate.kv.replicated;

import io.quorate.kv.KvImage;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.KeyHash;
import io.quorate.node.port.StateImage;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes an image of the store with the hashes of its keys. */
final class KvStateImage implements StateImage {
    private final KvImage image;
    private long[] hashes = new long[256];

    KvStateImage(KvImage image) {
        this.image = image;
    }

    @Override
    public boolean writeNext(BlockSink sink) {
        return image.writeNext((bytes, length, firstKey, keys) -> write(sink, bytes, length, firstKey, keys));
    }

    private void write(BlockSink sink, byte[] bytes, int length, byte @Nullable [] firstKey, List<byte[]> keys) {
        if (hashes.length < keys.size()) {
            hashes = new long[2 * keys.size()];
        }
        for (int i = 0; i < keys.size(); i++) {
            hashes[i] = KeyHash.of(keys.get(i));
        }
        sink.block(ByteBuffer.wrap(bytes, 0, length), firstKey, hashes, keys.size());
    }

    @Override
    public void close() {
        image.close();
    }
}
