package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RestartImage;

/**
 * One thing that happened in a run, as a {@link RunListener} hears of it. {@code member} is a member's number from 0; a core is
 * as it is right after, and valid only during the call.
 */
public sealed interface Happening {
    /** Virtual time in nanoseconds. */
    long atNanos();

    record FaultBegan(long atNanos, Fault fault) implements Happening {}

    record FaultEnded(long atNanos, Fault fault) implements Happening {}

    /** @param life of the member, from 1 */
    record Started(long atNanos, int member, int life, RestartImage image, Raft raft) implements Happening {}

    /** @param why in a few words */
    record Ended(long atNanos, int member, String why) implements Happening {}

    record Told(long atNanos, int member, Input input, Raft raft) implements Happening {}

    /** The turn is over; the effects are valid during the call. */
    record Drained(long atNanos, int member, Effects effects, Raft raft) implements Happening {}

    /** A message left its sender. */
    record Sent(long atNanos, int from, int to, Message message) implements Happening {}

    /** It is what the receiver's core is told next. */
    record Delivered(long atNanos, int from, int to, Message message) implements Happening {}

    /** @param by the fault that took it, or in words what else did */
    record Lost(long atNanos, int from, int to, Message message, String by) implements Happening {}

    /** A write is on stable storage; the core hears of it next. */
    record Flushed(long atNanos, int member, Effects.Write write) implements Happening {}

    record Applied(long atNanos, int member, long index, long term, int operation) implements Happening {}

    record Asked(long atNanos, int client, Operation operation, int member) implements Happening {}

    /** @param answer in words */
    record Answered(long atNanos, int client, Operation operation, String answer) implements Happening {}

    /** @param how what became of what an operator asked for, in words */
    record Intervened(long atNanos, Intervention intervention, String how) implements Happening {}

    /** A rule does not hold: the last thing of a run. */
    record Violated(long atNanos, Violation violation) implements Happening {}
}
