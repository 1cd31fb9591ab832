package io.quorate.kv;

import java.util.List;

/**
 * The keys are gone.
 *
 * @param revision the one it made, or the current one if nothing matched
 * @param deleted how many
 * @param prevKvs the pairs in the order of keys, if asked for; immutable
 */
public record DeleteRangeResponse(long revision, long deleted, List<KeyValue> prevKvs) implements ResponseOp {}
