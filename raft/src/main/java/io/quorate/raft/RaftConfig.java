package io.quorate.raft;

import java.util.ArrayList;
import java.util.List;

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
 * @param ringBytes bound on one record, and on the records that are not yet persisted, applied and sent to every follower that keeps up
 * @param frameBytes bound on the entry records of one AppendEntries
 * @param windowBytes bound on record bytes sent to one follower and not yet verified by it
 * @param windowFrames bound on AppendEntries with entries in flight to one follower
 * @param pendingReads bound on reads waiting for their round
 * @param caughtUpEntries how many entries of the leader's log a follower's disk may lack and still be called caught up: to
 *     become a voter, to be handed the leadership
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
        int caughtUpEntries,
        boolean appliesFromMemory) {
    public RaftConfig {
        List<String> problems = new ArrayList<>();
        problem(problems, self == 0, "self must not be 0");
        problem(problems, heartbeatTicks < 1, "heartbeatTicks must be at least 1, is " + heartbeatTicks);
        problem(
                problems,
                electionTicks <= heartbeatTicks,
                "electionTicks must be more than heartbeatTicks, is " + electionTicks + " with " + heartbeatTicks);
        problem(problems, ringBytes < 1, "ringBytes must be at least 1, is " + ringBytes);
        problem(problems, frameBytes < 1, "frameBytes must be at least 1, is " + frameBytes);
        problem(problems, windowBytes < 1, "windowBytes must be at least 1, is " + windowBytes);
        problem(problems, windowFrames < 1, "windowFrames must be at least 1, is " + windowFrames);
        problem(problems, pendingReads < 1, "pendingReads must be at least 1, is " + pendingReads);
        problem(problems, caughtUpEntries < 0, "caughtUpEntries must be at least 0, is " + caughtUpEntries);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static void problem(List<String> problems, boolean is, String what) {
        if (is) {
            problems.add(what);
        }
    }

    /** etcd's timeouts, and bounds that fit a LAN. */
    public static RaftConfig defaults(int group, long self, long incarnation) {
        return new RaftConfig(
                group, self, incarnation, 100, 1000, true, true, 64L << 20, 1 << 20, 4L << 20, 4, 4096, 1000, true);
    }
}
