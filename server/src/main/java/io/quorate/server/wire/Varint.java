package io.quorate.server.wire;

/** Numbers as protobuf writes them: seven bits a byte, the lowest first. */
final class Varint {
    static final int MAX_BYTES = 10;

    private Varint() {}

    /** Bytes of an unsigned 64-bit number. */
    static int size(long value) {
        // Seven bits to a byte, and 1 for 0: (bits * 9 + 64) / 64 is ceil(bits / 7) for 1 to 64 bits.
        return ((64 - Long.numberOfLeadingZeros(value | 1)) * 9 + 64) >>> 6;
    }

    /** @return position behind it */
    static int put(byte[] target, int at, long value) {
        int position = at;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[position++] = (byte) rest;
        return position;
    }
}
