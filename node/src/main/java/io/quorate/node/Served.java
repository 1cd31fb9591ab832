package io.quorate.node;

/**
 * A read that was served.
 *
 * @param value what the reader gave
 * @param appliedIndex everything up to this index, and nothing behind it, was applied when it was read
 */
public record Served<T>(T value, long appliedIndex) implements ReadOutcome<T> {}
