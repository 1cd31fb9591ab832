package io.quorate.node.port;

import java.nio.ByteBuffer;

/**
 * Builds a state from the blocks of a {@link StateImage} beside the one that the machine has. Nothing of it shows before
 * {@link #finish}; one that is given up is just forgotten.
 */
public interface StateRestore {
    /**
     * Takes the next block, in at most some milliseconds. Called by one thread at a time, any thread.
     *
     * @param payload big endian, read-only, valid during the call; its checksum was checked
     * @throws IllegalArgumentException if it is nothing that an image writes: the snapshot is then refused, with this text
     */
    void block(ByteBuffer payload);

    /**
     * All blocks were taken: the state becomes the machine's, in place of what it had. At once, called where commands are
     * applied.
     *
     * @throws IllegalArgumentException if blocks are missing; then nothing is changed
     */
    void finish();
}
