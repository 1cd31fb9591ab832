package io.quorate.raft;

/**
 * What a member's stable storage holds when it starts: all of it durable. A member that never ran begins with
 * {@link HardState#INITIAL} and a mark at index 0.
 *
 * @param hardState term, vote, commit hint
 * @param mark where the log begins: its first entry is {@code mark.index() + 1}
 * @param log every entry behind the mark
 */
public record RestartImage(HardState hardState, SnapshotMark mark, LogSummary log) {
    /** Whether it is one that a core can have written: runs that rise from behind the mark, no term later than the own. */
    boolean isWhole() {
        boolean isEmpty = log.lastIndex() == mark.index();
        boolean isWhole = log.lastIndex() >= mark.index()
                && mark.term() <= hardState.currentTerm()
                && log.runFirst().length == log.runTerm().length
                && isEmpty == (log.runFirst().length == 0);
        long previousFirst = mark.index();
        long previousTerm = mark.term() - 1;
        for (int run = 0; isWhole && run < log.runFirst().length; run++) {
            long first = log.runFirst()[run];
            long term = log.runTerm()[run];
            isWhole = (run == 0 ? first == mark.index() + 1 : first > previousFirst)
                    && term > previousTerm
                    && first <= log.lastIndex()
                    && term <= hardState.currentTerm();
            previousFirst = first;
            previousTerm = term;
        }
        return isWhole;
    }
}
