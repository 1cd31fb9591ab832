package io.quorate.kv;

import org.jspecify.annotations.Nullable;

/**
 * What the first block of a {@link KvImage} says of the whole.
 *
 * @param revision of the last change, 1 if there was none
 * @param compactedRevision the oldest one that can be read, -1 before the first compaction
 * @param keys that live at the revision
 */
public record ImageFacts(long revision, long compactedRevision, long keys) {
    /** @throws IllegalArgumentException if it is not the first block of an image */
    public static ImageFacts of(byte[] bytes, int offset, int length) {
        Reading reading = new Reading();
        new ImageParser(reading).block(bytes, offset, length);
        ImageFacts found = reading.found;
        if (found == null) {
            throw new IllegalArgumentException("is not the first block of an image");
        }
        return found;
    }

    private static final class Reading implements ImageParser.Items {
        private @Nullable ImageFacts found;

        @Override
        public void facts(ImageParser.Facts facts) {
            found = new ImageFacts(facts.revision(), facts.compactedRevision(), facts.live());
        }

        @Override
        public void member(byte[] command) {}

        @Override
        public void version(KeyValue version, long place, boolean last) {}
    }
}
