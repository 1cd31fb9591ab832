package io.quorate.node;

/**
 * How a read ended: {@link Served} or {@link Refused}.
 *
 * @param <T> what was read
 */
public sealed interface ReadOutcome<T> permits Served, Refused {}
