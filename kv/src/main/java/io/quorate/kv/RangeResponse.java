package io.quorate.kv;

import java.util.List;

/**
 * The pairs of a range.
 *
 * @param revision the store's revision when it was served, not the one asked for
 * @param kvs immutable
 * @param more whether the limit cut pairs off
 * @param count the number of keys in the range, whatever limit and filters say
 */
public record RangeResponse(long revision, List<KeyValue> kvs, boolean more, long count) implements ResponseOp {}
