package io.quorate.node;

/**
 * How a proposal ended: {@link Applied}, {@link Refused} (it did not happen and never will) or {@link Unknown} (it may have
 * happened, or may still).
 *
 * @param <R> result of the state machine
 */
public sealed interface Outcome<R> permits Applied, Refused, Unknown {}
