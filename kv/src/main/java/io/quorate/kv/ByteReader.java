package io.quorate.kv;

import java.util.Arrays;

/**
 * Reads what {@link ByteWriter} wrote, from bytes that may be anything. It never throws: after the first thing that does not
 * fit it gives zeros and empty strings, and {@link #failed} says so.
 */
final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private int at;
    private boolean failed;

    ByteReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    boolean failed() {
        return failed;
    }

    /** Whether everything was read and understood. */
    boolean isDone() {
        return !failed && at == end;
    }

    /** How many bytes were not read yet. */
    int left() {
        return end - at;
    }

    void fail() {
        failed = true;
        at = end;
    }

    int getByte() {
        if (at == end) {
            fail();
            return 0;
        }
        return bytes[at++] & 0xFF;
    }

    long getLong() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = getByte();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                // The tenth byte has room for one bit, and a last byte of zero would be a second form of the same
                // number.
                if ((shift == 63 && next > 1) || (shift > 0 && next == 0)) {
                    fail();
                }
                return failed ? 0 : value;
            }
        }
        fail();
        return 0;
    }

    /** A number that fits an int without sign; else fails. */
    int getInt() {
        long value = getLong();
        if (value < 0 || value > Integer.MAX_VALUE) {
            fail();
            return 0;
        }
        return (int) value;
    }

    /** A number of things, each of at least {@code minBytes} bytes: so it cannot be larger than what is left allows. */
    int getCount(int minBytes) {
        long count = getLong();
        if (count < 0 || count > (end - at) / minBytes) {
            fail();
            return 0;
        }
        return (int) count;
    }

    byte[] getBytes() {
        return getRaw(getCount(1));
    }

    /** The next bytes as they are; there must be so many. */
    byte[] getRaw(int length) {
        if (length == 0) {
            return Bytes.EMPTY;
        }
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }
}
