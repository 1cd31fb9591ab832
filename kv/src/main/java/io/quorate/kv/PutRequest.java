package io.quorate.kv;

/**
 * A write of one pair.
 *
 * @param key not empty
 * @param value may be empty; must be with {@code ignoreValue}
 * @param lease the lease to attach the key to, 0 for none: a put without a lease detaches the key
 * @param prevKv whether to return the pair that was there before
 * @param ignoreValue keep the value that is there; the key must exist
 * @param ignoreLease keep the lease that is there; the key must exist, and {@code lease} be 0
 */
public record PutRequest(byte[] key, byte[] value, long lease, boolean prevKv, boolean ignoreValue, boolean ignoreLease)
        implements RequestOp, Command {

    /** A put without lease and options. */
    public static PutRequest of(byte[] key, byte[] value) {
        return new PutRequest(key, value, 0, false, false, false);
    }
}
