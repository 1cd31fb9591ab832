package io.quorate.kv;

/**
 * A delete of one key or of a range, all in one revision; none if nothing matches.
 *
 * @param key the first key, not empty
 * @param rangeEnd as in {@link RangeRequest}
 * @param prevKv whether to return the pairs that were there
 */
public record DeleteRangeRequest(byte[] key, byte[] rangeEnd, boolean prevKv) implements RequestOp, Command {}
