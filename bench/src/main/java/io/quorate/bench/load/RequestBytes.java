package io.quorate.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * The bytes of one client's requests: protobuf by hand, in an array that is used again and again. Only the digits of the key
 * and the first bytes of the value change from one request to the next, in place.
 */
final class RequestBytes {
    private static final String KEY_PREFIX = "bench/";
    private static final int KEY_DIGITS = 10;
    private static final int KEY_BYTES = KEY_PREFIX.length() + KEY_DIGITS;

    private static final byte KEY_FIELD = 1 << 3 | 2;
    private static final byte PUT_VALUE_FIELD = 2 << 3 | 2;
    private static final byte RANGE_SERIALIZABLE_FIELD = 7 << 3;

    private final byte[] message;
    private final int keyDigitsAt;
    private final int stampAt;
    private final int stampBytes;

    private RequestBytes(byte[] message, int keyDigitsAt, int stampAt, int stampBytes) {
        this.message = message;
        this.keyDigitsAt = keyDigitsAt;
        this.stampAt = stampAt;
        this.stampBytes = stampBytes;
    }

    /** {@code PutRequest}: key and value. The value is noise, which no compression shortens. */
    static RequestBytes put(int valueBytes, long seed) {
        int lengthBytes = varintBytes(valueBytes);
        byte[] message = new byte[2 + KEY_BYTES + 1 + lengthBytes + valueBytes];
        int at = startWithKey(message);
        message[at++] = PUT_VALUE_FIELD;
        at = putVarint(message, at, valueBytes);
        byte[] value = new byte[valueBytes];
        new Random(seed).nextBytes(value);
        System.arraycopy(value, 0, message, at, valueBytes);
        return new RequestBytes(message, 2 + KEY_PREFIX.length(), at, Math.min(Long.BYTES, valueBytes));
    }

    /** {@code RangeRequest} of one key. */
    static RequestBytes range(boolean serializable) {
        byte[] message = new byte[2 + KEY_BYTES + (serializable ? 2 : 0)];
        int at = startWithKey(message);
        if (serializable) {
            message[at] = RANGE_SERIALIZABLE_FIELD;
            message[at + 1] = 1;
        }
        return new RequestBytes(message, 2 + KEY_PREFIX.length(), 0, 0);
    }

    private static int startWithKey(byte[] message) {
        message[0] = KEY_FIELD;
        message[1] = (byte) KEY_BYTES;
        byte[] prefix = KEY_PREFIX.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(prefix, 0, message, 2, prefix.length);
        return 2 + KEY_BYTES;
    }

    /**
     * The request for this key.
     *
     * @param key 0 to 99,999,999
     * @param stamp goes into the first bytes of a value, so that no two are equal
     * @return the same array each time
     */
    byte[] of(int key, long stamp) {
        int rest = key;
        for (int digit = KEY_DIGITS - 1; digit >= 0; digit--) {
            message[keyDigitsAt + digit] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        for (int i = 0; i < stampBytes; i++) {
            message[stampAt + i] = (byte) (stamp >>> (8 * i));
        }
        return message;
    }

    private static int varintBytes(int value) {
        int bytes = 1;
        for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
            bytes++;
        }
        return bytes;
    }

    private static int putVarint(byte[] into, int from, int value) {
        int at = from;
        int rest = value;
        while (rest > 0x7f) {
            into[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[at++] = (byte) rest;
        return at;
    }
}
