package io.quorate.kv;

/**
 * One number over the history, equal to that of an etcd with the same history.
 *
 * @param hash CRC-32C, to be read as unsigned
 * @param compactRevision the last compacted revision, -1 before the first compaction
 * @param hashRevision the revision up to which was hashed
 * @param revision the current revision
 */
public record HashKvResponse(int hash, long compactRevision, long hashRevision, long revision) implements Result {}
