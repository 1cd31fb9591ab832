package io.quorate.raft;

/**
 * What a member's stable storage holds when it starts: all of it durable. A member that never ran begins with
 * {@link HardState#INITIAL} and a mark at index 0.
 *
 * @param hardState term, vote, commit hint
 * @param mark where the log begins: its first entry is {@code mark.index() + 1}
 * @param log every entry behind the mark
 */
public record RestartImage(HardState hardState, SnapshotMark mark, LogSummary log) {}
