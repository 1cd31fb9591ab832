package io.quorate.raft.scenario;

/**
 * A snapshot on its way on a connection of its own.
 *
 * @param term of the sender when it sent the end of it
 */
record Fetched(Peer from, Peer to, Snapshot snapshot, long term) {}
