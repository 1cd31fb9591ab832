package io.quorate.node.port;

import io.quorate.raft.SnapshotMark;

/**
 * One snapshot, whole and durable here, or offered by another member.
 *
 * @param group of the log
 * @param mark what it covers, with the membership in force at that index
 * @param id random, drawn when it was taken, never 0: two members that take one at the same index make two snapshots, and what
 *     was received of the one does not go on with the other
 * @param bytes of the whole file
 */
public record SnapshotInfo(int group, SnapshotMark mark, long id, long bytes) {}
