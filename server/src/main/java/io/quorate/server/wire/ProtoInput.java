package io.quorate.server.wire;

import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Reads the fields of one message from an array, as far as they are what everybody sends. On anything else it is {@linkplain
 * #isOdd odd}, and the generated class is asked to read the same bytes: so there is one judge of what is malformed.
 */
final class ProtoInput {
    private final byte[] bytes;
    private int position;
    private boolean odd;

    ProtoInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /** All bytes of a message that grpc hands over. */
    static byte[] allOf(InputStream message) {
        try {
            return message instanceof KnownLength ? message.readNBytes(message.available()) : message.readAllBytes();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a message in memory cannot be read", impossible);
        }
    }

    /** Whether something was met that only the generated class can judge; what was read is void then. */
    boolean isOdd() {
        return odd;
    }

    boolean hasMore() {
        return !odd && position < bytes.length;
    }

    /** The next field's tag where it is a single byte, which it is for the fields 1 to 15; else the message is odd. */
    int tag() {
        return bytes[position++];
    }

    void odd() {
        odd = true;
    }

    boolean bool() {
        return varint() != 0;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64 && position < bytes.length; shift += 7) {
            byte next = bytes[position++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                odd |= shift == 63 && next != 1; // no encoder writes that; what it means the generated class knows
                return value;
            }
        }
        odd = true;
        return 0;
    }

    byte[] bytes() {
        long length = varint();
        if (odd || length < 0 || length > bytes.length - position) {
            odd = true;
            return ToWire.EMPTY;
        }
        int from = position;
        position += (int) length;
        return Arrays.copyOfRange(bytes, from, position);
    }
}
