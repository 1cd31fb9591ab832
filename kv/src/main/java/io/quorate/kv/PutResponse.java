package io.quorate.kv;

import org.jspecify.annotations.Nullable;

/**
 * The pair is written.
 *
 * @param revision the one it made
 * @param prevKv the pair before, if asked for and if there was one
 */
public record PutResponse(long revision, @Nullable KeyValue prevKv) implements ResponseOp {}
