package io.quorate.kv;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A number over what one command found and wrote: of each version that it wrote all that is in it, and all that was in the one that it
 * replaces, if that was alive. So a store in which a version is not as in the others gives another number as soon as that version is
 * written or replaced. Content counts by its length and CRC-32C, which processors compute.
 */
final class EffectHash {
    private final CRC32C crc = new CRC32C();
    private long state;

    void begin() {
        state = 0;
    }

    /** Where it stands, to {@link #goBack} to. */
    long state() {
        return state;
    }

    void goBack(long earlier) {
        state = earlier;
    }

    void written(KeyValue version) {
        put(version);
        KeyValue old = version.previous;
        put(old == null || old.isTombstone() ? null : old);
    }

    /** A tombstone that was swept and one that was not are both nothing. */
    private void put(@Nullable KeyValue version) {
        if (version == null) {
            put(0);
            return;
        }
        put(version.key());
        put(version.value());
        put(version.createRevision());
        put(version.modRevision());
        put(version.sub);
        put(version.version());
        put(version.lease());
    }

    void put(byte[] content) {
        crc.reset();
        crc.update(content, 0, content.length);
        put((long) content.length << 32 | crc.getValue());
    }

    void put(long number) {
        state = mix(state + 0x9E3779B97F4A7C15L + number);
    }

    /** Each bit of the number decides about half of the bits of the result (the end of SplitMix64). */
    private static long mix(long number) {
        long mixed = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
