package io.quorate.raft;

import io.quorate.raft.membership.Membership;

/**
 * Everything up to {@code index} is in a snapshot. A new cluster begins with the mark at index 0, term 0, which holds the
 * set of its first members.
 *
 * @param index last index that the snapshot covers (the paper's lastIncludedIndex)
 * @param term term of that index (lastIncludedTerm)
 * @param membership the one in force at that index
 */
public record SnapshotMark(long index, long term, Membership membership) {}
