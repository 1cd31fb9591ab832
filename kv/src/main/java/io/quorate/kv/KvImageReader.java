package io.quorate.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the newest version of one key in those blocks of a {@link KvImage} in which it may stand: the one with the last first key
 * that is not above it, and those that follow up to the next first key, as far as they are wanted. Nothing of the rest of
 * the image is needed.
 */
public final class KvImageReader {
    private final byte[] key;
    private final ImageParser parser = new ImageParser(new Search());
    private @Nullable KeyValue found;
    private boolean over;

    public KvImageReader(byte[] key) {
        this.key = key.clone();
    }

    /**
     * Looks into the next block, of which nothing is kept.
     *
     * @return whether the key may begin, or go on, in a block behind
     * @throws IllegalArgumentException if it is not a block of an image, or does not follow the one before
     */
    public boolean block(byte[] bytes, int offset, int length) {
        if (!over) {
            parser.block(bytes, offset, length);
        }
        return !over;
    }

    /**
     * What the image has of the key.
     *
     * @return null if the key is not there, or was deleted
     * @throws IllegalArgumentException if blocks that were wanted are missing
     */
    public @Nullable KeyValue newest() {
        if (!over && parser.isOpen()) {
            throw new IllegalArgumentException("the blocks end within a key");
        }
        return found == null || found.isTombstone() ? null : found;
    }

    private final class Search implements ImageParser.Items {
        @Override
        public void facts(ImageParser.Facts facts) {}

        @Override
        public void member(byte[] command) {}

        @Override
        public void version(KeyValue version, long place, boolean last) {
            if (over) {
                return;
            }
            int order = Arrays.compareUnsigned(version.key(), key);
            over = order >= 0;
            found = order == 0 ? version : null;
        }
    }
}
