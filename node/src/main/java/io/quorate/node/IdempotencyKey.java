package io.quorate.node;

import io.quorate.node.RaftException.Code;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names one command, so that it is applied at most once however often it is proposed: whoever does not know what became of it proposes
 * it again with the same key, and is told what the first time gave.
 *
 * <p>A key says when it was made. Keys are remembered for a while, not for ever, and only so can one that was forgotten be told from one
 * that was never seen: what is older than anything remembered is not applied, and its outcome is {@link Unknown}. Hence the time is a
 * part of the key, and is that of the first attempt, never of a retry.
 *
 * <p>As text a key is that time in milliseconds since 1970, a hyphen, and a name of the caller's choice
 * ({@code 1767225600000-order-4711}); or a UUID of version 7, which begins with such a time (RFC 9562).
 *
 * @param bornMillis when it was made, since 1970-01-01T00:00Z, at least 0
 * @param text the whole key: up to {@link #MAX_LENGTH} printable ASCII characters without spaces
 */
public record IdempotencyKey(long bornMillis, String text) implements Comparable<IdempotencyKey> {
    /** Of a key as text, in characters. */
    public static final int MAX_LENGTH = 128;

    private static final int MOST_MILLIS_DIGITS = 15;
    private static final Pattern UUID_7 =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    /** @throws RaftException if the text is no key, or of another time */
    public IdempotencyKey {
        if (bornMillis != bornMillis(text)) {
            throw misuse(text, "is not of the time " + bornMillis);
        }
    }

    /**
     * The key in a text.
     *
     * @throws RaftException that says what is wrong with it
     */
    public static IdempotencyKey parse(String text) {
        String lower = text.length() == 36 ? text.toLowerCase(Locale.ROOT) : text;
        String key = UUID_7.matcher(lower).matches() ? lower : text;
        return new IdempotencyKey(bornMillis(key), key);
    }

    /**
     * A key with a name that the caller can find again, an order's number for instance.
     *
     * @param born when the command was first to be proposed; a retry says the same
     * @throws RaftException if the name is empty, too long, or not of printable ASCII characters
     */
    public static IdempotencyKey of(Instant born, String name) {
        return parse(born.toEpochMilli() + "-" + name);
    }

    /** By time, then by text. */
    @Override
    public int compareTo(IdempotencyKey other) {
        int byTime = Long.compare(bornMillis, other.bornMillis);
        return byTime != 0 ? byTime : text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }

    private static long bornMillis(String text) {
        if (text.isEmpty()) {
            throw new RaftException(Code.MISUSE, "an idempotency key must not be empty");
        }
        if (text.length() > MAX_LENGTH) {
            throw new RaftException(
                    Code.MISUSE,
                    "an idempotency key has at most " + MAX_LENGTH + " characters, this one has " + text.length());
        }
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) <= ' ' || text.charAt(at) > '~') {
                throw new RaftException(
                        Code.MISUSE, "an idempotency key is of printable ASCII characters without spaces");
            }
        }
        return UUID_7.matcher(text).matches() ? millisOfUuid(text) : millisBeforeName(text);
    }

    private static long millisOfUuid(String text) {
        return Long.parseLong(text.substring(0, 8) + text.substring(9, 13), 16);
    }

    private static long millisBeforeName(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        boolean isName = digits < text.length() - 1 && text.charAt(digits) == '-';
        if (digits == 0 || digits > MOST_MILLIS_DIGITS || !isName) {
            throw misuse(
                    text,
                    "must begin with the time of the first attempt: MILLISECONDS-NAME, as in 1767225600000-order-4711, or a"
                            + " UUID of version 7");
        }
        return Long.parseLong(text.substring(0, digits));
    }

    private static RaftException misuse(String text, String what) {
        return new RaftException(Code.MISUSE, "the idempotency key \"" + text + "\" " + what);
    }
}
