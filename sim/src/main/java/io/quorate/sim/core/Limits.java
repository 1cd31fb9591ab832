package io.quorate.sim.core;

/**
 * The sizes that a run's members are configured with. They are tiny in most runs, so that what is rare in life is common here.
 *
 * @param heartbeatTicks as in {@code RaftConfig}, like the six behind it; one tick is 1 ms
 * @param pendingReads as in {@code RaftConfig}
 * @param appliesFromMemory as in {@code RaftConfig}
 * @param segmentBytes size of a segment of the log, where there is one
 * @param turnBytes most bytes of proposals that one turn of a member takes, where members are whole
 * @param caughtUpEntries as in {@code RaftConfig}
 * @param snapshotEntries applied entries after which a member takes a snapshot, 0 for never
 * @param tailEntries kept in the log before a snapshot, for followers that are not far behind
 */
public record Limits(
        int heartbeatTicks,
        int electionTicks,
        boolean preVote,
        boolean checkQuorum,
        long ringBytes,
        int frameBytes,
        long windowBytes,
        int windowFrames,
        int pendingReads,
        boolean appliesFromMemory,
        int segmentBytes,
        int turnBytes,
        int caughtUpEntries,
        int snapshotEntries,
        int tailEntries) {
    private static final int USUALLY_CAUGHT_UP = 100;

    /** Without snapshots, where the profile takes none of its own. */
    public Limits(
            int heartbeatTicks,
            int electionTicks,
            boolean preVote,
            boolean checkQuorum,
            long ringBytes,
            int frameBytes,
            long windowBytes,
            int windowFrames,
            int pendingReads,
            boolean appliesFromMemory,
            int segmentBytes,
            int turnBytes) {
        this(
                heartbeatTicks,
                electionTicks,
                preVote,
                checkQuorum,
                ringBytes,
                frameBytes,
                windowBytes,
                windowFrames,
                pendingReads,
                appliesFromMemory,
                segmentBytes,
                turnBytes,
                USUALLY_CAUGHT_UP,
                0,
                0);
    }
}
