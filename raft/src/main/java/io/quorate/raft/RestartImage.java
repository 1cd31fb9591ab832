package io.quorate.raft;

/**
 * What a member's stable storage holds when it starts: all of it durable. A member that never ran begins with
 * {@link HardState#INITIAL} and a mark at index 0.
 *
 * @param hardState term, vote, commit hint
 * @param mark what the newest snapshot covers; its file is there and whole
 * @param prevIndex the entry before the first one that the log still holds: {@code mark.index()} where it begins behind the
 *     mark, less where a tail before the mark is retained
 * @param prevTerm term of that entry
 * @param log every entry from {@code prevIndex + 1} on; it reaches at least to the mark
 */
public record RestartImage(HardState hardState, SnapshotMark mark, long prevIndex, long prevTerm, LogSummary log) {
    /** Of a log that begins behind the mark. */
    public RestartImage(HardState hardState, SnapshotMark mark, LogSummary log) {
        this(hardState, mark, mark.index(), mark.term(), log);
    }

    /**
     * Whether it is one that a core can have written: runs that rise from the first entry on, the mark's entry among them or
     * right before them, no term later than the own.
     */
    boolean isWhole() {
        boolean isEmpty = log.lastIndex() == prevIndex;
        boolean isWhole = prevIndex >= 0
                && prevIndex <= mark.index()
                && mark.index() <= log.lastIndex()
                && mark.term() <= hardState.currentTerm()
                && mark.membership().index() <= mark.index()
                && log.runFirst().length == log.runTerm().length
                && isEmpty == (log.runFirst().length == 0);
        long previousFirst = prevIndex;
        long previousTerm = prevTerm - 1;
        long markTerm = prevTerm;
        for (int run = 0; isWhole && run < log.runFirst().length; run++) {
            long first = log.runFirst()[run];
            long term = log.runTerm()[run];
            isWhole = (run == 0 ? first == prevIndex + 1 : first > previousFirst)
                    && term > previousTerm
                    && first <= log.lastIndex()
                    && term <= hardState.currentTerm();
            previousFirst = first;
            previousTerm = term;
            markTerm = first <= mark.index() ? term : markTerm;
        }
        return isWhole && markTerm == mark.term();
    }
}
