package io.quorate.node.internal;

import io.quorate.node.port.BlockSink;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a witness's snapshot is made of: no state and no keys, and a third part, with one block, that no other snapshot has. So the
 * file says of itself that there is nothing to restore from, whatever the membership in it says of whose it is.
 */
final class WitnessImage implements StateImage {
    static final List<StateImage> PARTS = List.of(new Empty(), new Empty(), new WitnessImage());

    /** Takes the blocks of a state that is not wanted here. */
    static final StateRestore NO_STATE = new StateRestore() {
        @Override
        public void block(ByteBuffer payload) {}

        @Override
        public void finish() {}
    };

    private WitnessImage() {}

    @Override
    public boolean writeNext(BlockSink sink) {
        sink.block(ByteBuffer.wrap(new byte[] {1}), null, new long[0], 0);
        return false;
    }

    private static final class Empty implements StateImage {
        @Override
        public boolean writeNext(BlockSink sink) {
            return false;
        }
    }

    /** Hears, while a snapshot is read, whether it is a witness's. Written by the store's thread, read when it is done. */
    static final class Seen implements StateRestore {
        private volatile boolean witness;

        @Override
        public void block(ByteBuffer payload) {
            witness = true;
        }

        @Override
        public void finish() {}

        boolean isWitness() {
            return witness;
        }
    }
}
