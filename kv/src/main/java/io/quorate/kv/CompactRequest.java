package io.quorate.kv;

/**
 * Gives up the history before a revision; what is readable at {@code revision} stays.
 *
 * @param revision greater than the last one compacted at, at most the current one
 * @param physical whether the answer should wait until memory is swept; for the server, no meaning inside the store
 */
public record CompactRequest(long revision, boolean physical) implements Command {}
