package io.quorate.sim.core;

import io.quorate.raft.SnapshotMark;

/**
 * A snapshot, whole and flushed under its name.
 *
 * @param state of the state machine behind the mark's entry
 * @param prefixHash of the log through that entry
 */
record SnapshotFile(SnapshotMark mark, Registers state, long prefixHash) {}
