package io.quorate.sim.history;

/**
 * A key and what it holds.
 *
 * @param createRevision of the change that made the key, since it was last missing
 * @param modRevision of the last change to it
 * @param version how often it was put since it was made, from 1
 */
public record KvPair(String key, String value, long createRevision, long modRevision, long version) {}
