package io.quorate;

import io.quorate.node.SavedState;
import io.quorate.storage.SavedSnapshot;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The bytes of a saved snapshot, piece by piece: a {@link SavedState} and the trailer by which a whole file is known. One
 * piece at a time; each future may be completed by any thread.
 */
public final class Backup implements AutoCloseable {
    private final SavedState state;
    private final Executor digesting;
    private final ByteBuffer padding;
    private final MessageDigest digest = SavedSnapshot.digest();
    private long offset;

    /**
     * @param state closed with this
     * @param digesting runs the digest of each piece, which takes about a millisecond for a megabyte
     */
    public Backup(SavedState state, Executor digesting) {
        this.state = state;
        this.digesting = digesting;
        this.padding = SavedSnapshot.padding(state.bytes());
    }

    /** Size of all that {@link #next} will give and has given. */
    public long totalBytes() {
        return state.bytes() + padding.capacity() + SavedSnapshot.DIGEST_BYTES;
    }

    /**
     * The next piece.
     *
     * @param maxBytes about how large; see {@link SavedState#read}
     * @return empty behind the last one. Completes exceptionally as {@link SavedState#read} does
     */
    public CompletableFuture<ByteBuffer> next(int maxBytes) {
        if (offset == totalBytes()) {
            return CompletableFuture.completedFuture(ByteBuffer.allocate(0));
        }
        if (offset == state.bytes()) {
            return CompletableFuture.completedFuture(padding).thenApplyAsync(this::trailer, digesting);
        }
        return state.read(offset, maxBytes).thenApplyAsync(this::digested, digesting);
    }

    private ByteBuffer digested(ByteBuffer piece) {
        if (!piece.hasRemaining()) {
            throw new IllegalStateException(
                    "the saved state ends at " + offset + " of its " + state.bytes() + " bytes");
        }
        digest.update(piece.duplicate());
        offset += piece.remaining();
        return piece;
    }

    private ByteBuffer trailer(ByteBuffer behind) {
        digest.update(behind.duplicate());
        offset = totalBytes();
        return ByteBuffer.allocate(padding.capacity() + SavedSnapshot.DIGEST_BYTES)
                .put(behind.duplicate())
                .put(digest.digest())
                .flip();
    }

    @Override
    public void close() {
        state.close();
    }
}
