package io.quorate.kv;

/**
 * The history is given up; its memory is freed in slices, see {@link KvStore#sweep}.
 *
 * @param revision the current revision: a compaction makes none
 */
public record CompactResponse(long revision) implements Result {}
