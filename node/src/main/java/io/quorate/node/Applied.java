package io.quorate.node;

/**
 * The command is committed, and applied on this member.
 *
 * @param result what {@link io.quorate.node.port.StateMachine#apply} gave, here
 * @param index its position in the log, from 1
 * @param term the term in which it was appended
 */
public record Applied<R>(R result, long index, long term) implements Outcome<R> {}
