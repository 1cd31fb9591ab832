package io.quorate.raft;

/**
 * What must be durable before anybody hears of it (paper figure 2, "persistent state").
 *
 * @param currentTerm latest term seen, from 0, never falls
 * @param votedFor member id that got this member's vote in {@code currentTerm}, 0 for none
 * @param commitHint an index known to be committed when this was written: shortens replay, and causes no flush of its own
 */
public record HardState(long currentTerm, long votedFor, long commitHint) {
    public static final HardState INITIAL = new HardState(0, 0, 0);
}
