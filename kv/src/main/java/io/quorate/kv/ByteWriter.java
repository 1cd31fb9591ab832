package io.quorate.kv;

import java.util.Arrays;

/** Appends numbers and byte strings to an array that grows. Numbers are little-endian base 128, one to ten bytes. */
final class ByteWriter {
    private byte[] bytes;
    private int size;

    /** With room for {@code expectedBytes}, which a good guess makes the only allocation. */
    ByteWriter(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    void putByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** Writes a number, as unsigned: negative ones take ten bytes. */
    void putLong(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Writes some bytes as they are. */
    void putRaw(byte[] source, int from, int length) {
        ensure(length);
        System.arraycopy(source, from, bytes, size, length);
        size += length;
    }

    /** Writes the length, then the bytes. */
    void putBytes(byte[] value) {
        putLong(value.length);
        putRaw(value, 0, value.length);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length + (bytes.length >> 1)));
        }
    }

    int size() {
        return size;
    }

    /** What was written, from 0 to {@link #size}, and more behind it; another array after the next write. */
    byte[] array() {
        return bytes;
    }

    /** Begins anew in the same array. */
    void clear() {
        size = 0;
    }

    /** What was written; the array itself if it is full. */
    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
