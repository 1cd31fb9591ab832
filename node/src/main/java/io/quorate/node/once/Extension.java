package io.quorate.node.once;

import io.quorate.node.IdempotencyKey;
import io.quorate.node.RaftException;
import io.quorate.node.port.LogRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the node keeps with a command and the state machine does not see: the block at the beginning of a payload whose record says
 * {@link LogRecord#FLAG_EXTENSION}. All numbers are little endian.
 *
 * <pre>
 *   0        2     3             11    12         20       21        21+n
 *   +--------+-----+-------------+-----+----------+--------+---------+------------
 *   | length | tag | log time    | tag | born     | length | key     | command …
 *   | u16    | 1   | u64 ms      | 2   | u64 ms   | u8 n   | n bytes |
 *   +--------+-----+-------------+-----+----------+--------+---------+------------
 * </pre>
 *
 * The length counts what follows it. Both fields stand once, in this order; another tag is refused by its number, never skipped.
 *
 * @param logTimeMillis what the leader's clock showed when it took the command, in ms since 1970; 0 until then
 */
public record Extension(long logTimeMillis, IdempotencyKey key) {
    /** The longest block. */
    public static final int MAX_BYTES = 21 + IdempotencyKey.MAX_LENGTH;

    private static final int LENGTH_BYTES = 2;
    private static final byte LOG_TIME = 1;
    private static final byte KEY = 2;
    private static final int LOG_TIME_AT = 3;
    private static final int KEY_TAG_AT = 11;
    private static final int BORN_AT = 12;
    private static final int KEY_LENGTH_AT = 20;
    private static final int KEY_AT = 21;

    /** A payload of that key and command, without a time yet. */
    public static ByteBuffer payload(IdempotencyKey key, ByteBuffer command) {
        byte[] text = key.text().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer payload =
                ByteBuffer.allocate(KEY_AT + text.length + command.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        payload.putShort((short) (KEY_AT + text.length - LENGTH_BYTES));
        payload.put(LOG_TIME).putLong(0);
        payload.put(KEY).putLong(key.bornMillis()).put((byte) text.length).put(text);
        return payload.put(command.duplicate()).flip();
    }

    /** A copy of such a payload, with that time. */
    public static ByteBuffer stamped(ByteBuffer payload, long logTimeMillis) {
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        return copy.put(payload.duplicate()).flip().putLong(LOG_TIME_AT, logTimeMillis);
    }

    /**
     * Checks the block before anything in it is believed.
     *
     * @param payload from position to limit, in any order; unchanged
     * @return null when it is one that this version writes; else what is wrong, as a sentence's end
     */
    public static @Nullable String flaw(ByteBuffer payload) {
        ByteBuffer block = view(payload);
        if (block.remaining() < LENGTH_BYTES || LogRecord.extensionBytes(block) > block.remaining()) {
            return "its extension block does not fit";
        }
        int bytes = LogRecord.extensionBytes(block);
        if (bytes > LENGTH_BYTES && block.get(LENGTH_BYTES) != LOG_TIME) {
            return unknown(block.get(LENGTH_BYTES));
        }
        if (bytes > KEY_TAG_AT && block.get(KEY_TAG_AT) != KEY) {
            return unknown(block.get(KEY_TAG_AT));
        }
        int keyBytes = bytes > KEY_AT ? block.get(KEY_LENGTH_AT) & 0xff : 0;
        if (keyBytes == 0 || bytes < KEY_AT + keyBytes) {
            return "its extension block is cut short";
        }
        if (bytes > KEY_AT + keyBytes) {
            return unknown(block.get(KEY_AT + keyBytes));
        }
        try {
            read(block);
            return null;
        } catch (RaftException e) {
            return "its extension block holds no key: " + e.getMessage();
        }
    }

    private static String unknown(byte tag) {
        return "its extension block has the tag " + (tag & 0xff) + ", which is unknown to this version";
    }

    /**
     * What the block says that a payload begins with.
     *
     * @throws IllegalArgumentException if it is none that this version writes, which a newer one may
     */
    public static Extension of(ByteBuffer payload) {
        String flaw = flaw(payload);
        if (flaw != null) {
            throw new IllegalArgumentException("a payload cannot be read: " + flaw);
        }
        return read(view(payload));
    }

    private static Extension read(ByteBuffer block) {
        byte[] text = new byte[block.get(KEY_LENGTH_AT) & 0xff];
        block.get(KEY_AT, text);
        return new Extension(
                block.getLong(LOG_TIME_AT),
                new IdempotencyKey(block.getLong(BORN_AT), new String(text, StandardCharsets.US_ASCII)));
    }

    private static ByteBuffer view(ByteBuffer payload) {
        return payload.slice().order(ByteOrder.LITTLE_ENDIAN);
    }
}
