package io.quorate.sim.search;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * 128 bits of all that is written to it, members under the names of one permutation. Two lanes of the mixing steps of
 * SplitMix64, each with its own constants: nobody chooses worlds to collide, and of 2^21 worlds two do with a chance below
 * 2^-86.
 */
final class Digest {
    private final Permutation names;
    private long high = 0x6a09e667f3bcc908L;
    private long low = 0xbb67ae8584caa73bL;

    Digest(Permutation names) {
        this.names = names;
    }

    Permutation names() {
        return names;
    }

    Digest number(long value) {
        high = mixHigh(high ^ value);
        low = mixLow(low + value) + high;
        return this;
    }

    /** A member's id, 0 for nobody. */
    Digest id(long id) {
        return number(names.applyAsLong(id));
    }

    Digest bytes(byte[] bytes) {
        number(bytes.length);
        int at = 0;
        for (; at + 8 <= bytes.length; at += 8) {
            number(word(bytes, at, 8));
        }
        return at == bytes.length ? this : number(word(bytes, at, bytes.length - at));
    }

    private void text(String text) {
        number(text.length());
        for (int i = 0; i < text.length(); i++) {
            number(text.charAt(i));
        }
    }

    Digest entries(List<Entry> entries) {
        number(entries.size());
        for (Entry entry : entries) {
            number(entry.index()).number(entry.term()).number(entry.payload());
            text(entry.kind().name());
        }
        return this;
    }

    /** Things of which no order follows anything: their digests are added. */
    <T> Digest unordered(List<T> things, BiConsumer<T, Digest> write) {
        long highs = 0;
        long lows = 0;
        for (T thing : things) {
            Digest digest = new Digest(names);
            write.accept(thing, digest);
            highs += digest.high();
            lows += digest.low();
        }
        return number(things.size()).number(highs).number(lows);
    }

    long high() {
        return mixHigh(high);
    }

    long low() {
        return mixLow(low ^ high);
    }

    private static long word(byte[] bytes, int from, int count) {
        long word = 0;
        for (int i = 0; i < count; i++) {
            word |= (bytes[from + i] & 0xffL) << (8 * i);
        }
        return word;
    }

    private static long mixHigh(long value) {
        long mixed = ((value + 0x9e3779b97f4a7c15L) ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    private static long mixLow(long value) {
        long mixed = ((value + 0xd1342543de82ef95L) ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 29)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 32);
    }
}
