package io.quorate.raft;

/**
 * What a member's stable storage holds when it starts: all of it durable. A member that never ran begins with
 * {@link HardState#INITIAL} and a mark at index 0.
 *
 * <p>Of a log that was damaged it is what lies before the damage, with the newest term and vote that the member ever wrote. Where
 * those are not known any more there is no image: a vote may have been forgotten, and with it what the acknowledgements rest on.
 *
 * @param hardState term, vote, commit hint
 * @param mark what the newest snapshot covers; its file is there and whole
 * @param prevIndex the entry before the first one that the log still holds: {@code mark.index()} where it begins behind the
 *     mark, less where a tail before the mark is retained
 * @param prevTerm term of that entry
 * @param log every entry from {@code prevIndex + 1} on; it reaches at least to the mark
 * @param lostThrough the last index of which this member may have said that it holds it, where the log ends before that because
 *     it was damaged: the member neither votes nor campaigns until its disk holds entries up to here again. 0 of a whole log
 */
public record RestartImage(
        HardState hardState, SnapshotMark mark, long prevIndex, long prevTerm, LogSummary log, long lostThrough) {
    /** Of a log that is whole. */
    public RestartImage(HardState hardState, SnapshotMark mark, long prevIndex, long prevTerm, LogSummary log) {
        this(hardState, mark, prevIndex, prevTerm, log, 0);
    }

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
                && (lostThrough == 0 || lostThrough > log.lastIndex())
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
