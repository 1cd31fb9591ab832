package io.quorate.sim.trace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Writes numbers and texts: seven bits a byte, small numbers short whatever their sign, each text in full only once. */
final class Bytes {
    private final Map<String, Integer> texts = new TreeMap<>();
    private byte[] bytes = new byte[4096];
    private int length;

    void raw(byte[] some) {
        for (byte one : some) {
            add(one);
        }
    }

    /** Least significant seven bits first; the high bit says that more follow. Not for negative numbers. */
    void count(long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            add((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        add((byte) rest);
    }

    /** Zigzag: 0, -1, 1, -2, 2 and so on become 0, 1, 2, 3, 4. */
    void number(long number) {
        count((number << 1) ^ (number >> 63));
    }

    /** 0, length and UTF-8 the first time; later its number in the order of first times, from 1. */
    void text(String text) {
        Integer known = texts.get(text);
        if (known != null) {
            count(known);
            return;
        }
        texts.put(text, texts.size() + 1);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        count(0);
        count(utf8.length);
        raw(utf8);
    }

    private void add(byte one) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = one;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }
}
