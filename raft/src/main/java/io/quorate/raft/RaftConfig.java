package io.quorate.raft;

/**
 * What one member of one group is started with. One tick is 1 ms.
 *
 * @param group number of the group in this process
 * @param self this member's id
 * @param incarnation this member's, as in its identity file
 * @param heartbeatTicks a leader with nothing to send speaks at least this often
 * @param electionTicks least time without a leader before an election; the timeout is drawn anew each time from
 *     [electionTicks, 2 * electionTicks)
 * @param preVote ask before campaigning (thesis 9.6)
 * @param checkQuorum a leader that hears from no quorum for an election timeout steps down, and voters that hear a leader
 *     give no votes (thesis 6.2, 4.2.3)
 * @param ringBytes bound on the records that are not yet persisted, applied and sent to every follower that keeps up
 * @param frameBytes bound on the entry records of one AppendEntries
 * @param windowBytes bound on record bytes sent to one follower and not yet verified by it
 * @param windowFrames bound on AppendEntries with entries in flight to one follower
 * @param pendingReads bound on reads waiting for their round
 * @param appliesFromMemory whether what is applied lives in memory: then commitIndex may be applied before the own disk has
 *     it, because a durable majority has (false: up to min(commitIndex, persistedIndex))
 */
public record RaftConfig(
        int group,
        long self,
        long incarnation,
        int heartbeatTicks,
        int electionTicks,
        boolean preVote,
        boolean checkQuorum,
        long ringBytes,
        int frameBytes,
        long windowBytes,
        int windowFrames,
        int pendingReads,
        boolean appliesFromMemory) {
    /** etcd's timeouts, and bounds that fit a LAN. */
    public static RaftConfig defaults(int group, long self, long incarnation) {
        return new RaftConfig(
                group, self, incarnation, 100, 1000, true, true, 64L << 20, 1 << 20, 4L << 20, 4, 4096, true);
    }
}
