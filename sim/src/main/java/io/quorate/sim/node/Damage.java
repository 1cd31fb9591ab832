package io.quorate.sim.node;

import io.quorate.raft.HardState;
import io.quorate.sim.core.Unseen;

/**
 * What a member forgot that it had told to keep, and that nobody could see: which rules may be broken by it, and where.
 *
 * @param firstTerm the first term in which it may vote a second time
 * @param lastTerm the last such term; less than {@code firstTerm} for none
 * @param firstIndex the first index at which something committed may be lost, {@link Long#MAX_VALUE} for none
 */
record Damage(Unseen kind, long firstTerm, long lastTerm, long firstIndex) {
    /** Everything that anybody knew. */
    static Damage whole(Unseen kind) {
        return new Damage(kind, 0, Long.MAX_VALUE, 1);
    }

    /** The difference between what a disk was told to keep and what a start found or will find. */
    static Damage between(Unseen kind, LogModel told, LogModel found) {
        HardState was = told.hardState();
        HardState is = found.hardState();
        boolean hasSet = found.holdsSet() || !told.holdsSet();
        if (hasSet && was.currentTerm() == is.currentTerm() && was.votedFor() == is.votedFor()) {
            return new Damage(kind, 1, 0, told.firstMissing(found));
        }
        // With a second leader in one of these terms, what the first one committed may be gone, at any index.
        return new Damage(kind, is.currentTerm(), was.currentTerm(), 1);
    }

    boolean isNothing() {
        return lastTerm < firstTerm && firstIndex == Long.MAX_VALUE;
    }

    /** Whether it may have broken the rule there. */
    boolean explains(NodeRule.Subject subject, long place) {
        return switch (subject) {
            case MEMBER -> false;
            case TERM -> firstTerm <= place && place <= lastTerm;
            case INDEX -> firstIndex <= place;
            case RUN -> true;
        };
    }
}
