package io.quorate.sim.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Rare states. A list of seeds that reaches all of them tries what chance alone would hardly try; a change after which one is
 * never hit any more has made the simulator blind somewhere.
 */
public enum Mark {
    // ---- elections
    CAMPAIGNED_WITH_FLUSH_PENDING("a member asked for pre-votes while entries of its own log were not flushed"),
    VOTE_SPLIT("a candidate timed out without a majority"),
    PRE_VOTE_TIMED_OUT("a pre-candidate timed out without a majority"),
    PRE_VOTE_LOST("a pre-candidate gave up before its time"),
    REFUSED_FOR_LOG("a vote was refused since the candidate's log was behind"),
    REFUSED_FOR_VOTE("a vote was refused since it was given to another"),
    REFUSED_FOR_LEADER("a vote was refused since a leader was alive"),
    REFUSED_FOR_TERM("a vote was refused since its term was over"),
    REFUSED_BY_LEADER("a vote was refused by a leader"),
    STEPPED_DOWN_WITHOUT_QUORUM("a leader stepped down since it heard no quorum"),
    STEPPED_DOWN_FOR_TERM("a leader stepped down for a later term"),
    TWO_LED_AT_ONCE("two members led at once, in different terms"),
    CANDIDATE_MET_LEADER("a candidate heard the leader of its own term"),
    LED_AGAIN("a leader that had stepped down led again"),
    LEADER_ENDED_WITH_UNCOMMITTED("a leader ended with entries that were not committed"),
    ALONE_LED("the only member of a cluster led"),
    EVEN_CLUSTER_LED("a cluster of even size had a leader"),
    ELECTED_WITH_MEMBER_DOWN("a leader was elected while a member was down"),
    TERM_LEAPT("a member took a term three or more later than its own"),
    LOST_LEADER_HINT_ELECTED("the hint that the leader is gone began an election"),
    FIRST_ELECTION_HINT_ELECTED("the hint that a majority knows no leader began an election"),
    LONG_WITHOUT_LEADER("nobody led for five election timeouts"),

    // ---- replication
    TRUNCATED("a follower dropped entries that conflicted"),
    TRUNCATED_MANY("a follower dropped five or more entries at once"),
    TRUNCATED_IN_FLIGHT("a truncation undercut a write that was still in flight"),
    TRUNCATED_DURABLE("a truncation dropped entries that were durable"),
    HINT_SKIPPED_TERM("a conflict hint skipped a whole term"),
    OLD_TERM_COMMITTED("an entry of an earlier term was committed through one of a later"),
    DEAD_LEADERS_ENTRY_COMMITTED("an entry was committed after the leader that appended it had ended"),
    PROPOSAL_OVERWRITTEN("an entry that a client waited for was overwritten"),
    COMMITTED_WITHOUT_OWN_DISK("a leader committed an entry that its own disk did not hold yet"),
    FOLLOWER_COMMITTED_AHEAD_OF_DISK("a follower learned that an entry is committed before its own disk held it"),
    SENT_FROM_LOG("a leader read entries back from its log for a follower far behind"),
    RING_FULL_ON_LEADER("a leader refused a proposal since its ring was full"),
    WINDOW_CLOSED("a leader had entries for a follower and no room in its window"),
    REPEATED_APPEND("a follower got entries that it had"),
    APPEND_AHEAD("a follower got entries behind a gap"),
    APPEND_OF_OLD_TERM("a member got AppendEntries of a term that was over"),
    ANSWER_OF_OLD_TERM("a leader got an answer to an earlier term"),
    ANSWER_REPEATED("a leader got an answer that told less than it knew"),
    MESSAGE_TO_EARLIER_LIFE("a message reached a later life of the member it was sent to"),
    PIPELINE_DEEP("three or more appends with entries were under way to one follower"),
    MANY_TERMS_IN_APPEND("one append held entries of two or more terms"),
    FLUSHES_QUEUED("three or more writes of one member were in flight"),
    COMMIT_BY_HEARTBEAT("a follower's commit index rose by a message without entries"),

    // ---- reads
    READ_WAITED_FOR_TERM_START("a read came to a leader that had committed nothing of its term"),
    READ_WITHOUT_LEADER("a read came while its member knew no leader"),
    READ_ACROSS_LEADERS("a read was served in a later term than it came in"),
    READ_ON_FOLLOWER("a follower served a linearizable read"),
    READ_REFUSED("a read was refused since too many waited"),
    READ_WAITED_FOR_APPLY("a read was confirmed before its index was applied"),

    READ_BY_LEASE("a leader served a read by its lease"),
    STOOD_BY_OVER_CLOSED_CONNECTION(
            "a voter kept its promise to a leader whose connection had closed, and refused a vote"),
    STOOD_BY_OVER_RESTART("a voter kept the promise of a former life, and refused a vote"),
    LEASE_ENDED_WHILE_STANDING_STILL("a leader stood still, and its lease was over when it went on"),
    LEASE_BROKEN_BY_CLOCKS(
            "a leader was elected in the time of another's lease, since a clock ran beyond the stated drift"),

    // ---- crashes, pauses and clocks
    CRASH_LOST_WRITES("a crash lost a write that was not flushed"),
    CRASH_KEPT_UNTOLD_WRITE("a write survived a crash of which the core had never heard that it is durable"),
    VOTE_LOST_IN_CRASH("a crash lost a term or vote that was not durable"),
    ALL_DOWN("all members of a cluster of two or more were down at once"),
    MAJORITY_DOWN("a majority was down at once, and not all"),
    RESTARTED_WITH_VOTE("a member started again with a vote of its current term"),
    CRASHED_EARLY("a member crashed before it had heard of a leader since its start"),
    LEADER_CAME_BACK_TO_LEAD("a leader crashed, and was the next leader"),
    PAUSED_LEADER_DEPOSED("a leader stood still, and another led when it went on"),
    CLOCK_JUMP_BEGAN_ELECTION("a clock's jump began an election"),
    UNKNOWN_WRITE_APPLIED("a write that its client took for unknown was applied"),
    UNKNOWN_WRITE_NEVER_APPLIED("a write that its client took for unknown was never applied"),

    // ---- whole members: disk, links, identity
    TORN_TAIL_DROPPED(Group.WHOLE_MEMBERS, "a member dropped a torn tail of its log at its start"),
    DAMAGE_REFUSED(Group.WHOLE_MEMBERS, "a member named damage of its log and refused to start"),
    SEGMENT_ROLLED(Group.WHOLE_MEMBERS, "a member's log went on in another segment"),
    NO_SPACE_REFUSED(Group.WHOLE_MEMBERS, "a write was refused since the leader's disk was full"),
    SPACE_CAME_BACK(Group.WHOLE_MEMBERS, "a member whose disk had been full took writes again"),
    ENDED_BY_DISK_ERROR(Group.WHOLE_MEMBERS, "a member ended since a write or flush failed"),
    WIPED_REFUSED(Group.WHOLE_MEMBERS, "a member with an empty directory was refused under its old name"),
    OLD_IMAGE_REFUSED(Group.WHOLE_MEMBERS, "a member with an old image of its directory was refused"),
    FRAME_REFUSED(Group.WHOLE_MEMBERS, "a frame with a changed byte was refused"),
    FORWARDED_WRITE_APPLIED(Group.WHOLE_MEMBERS, "a write that a follower forwarded was answered"),
    FORWARDED_WRITE_UNKNOWN(Group.WHOLE_MEMBERS, "a write that a follower forwarded ended as unknown"),
    FIRST_START_WAITED(Group.WHOLE_MEMBERS, "a new member waited for another new member"),

    BOUNDED_READ_REFUSED(
            Group.WHOLE_MEMBERS, "a read was refused since nobody could prove that it is within its bound"),

    // ---- whole members: snapshots
    SNAPSHOT_MARKED(Group.WHOLE_MEMBERS, "a member took a snapshot of its own and marked its log with it"),
    STARTED_FROM_SNAPSHOT(Group.WHOLE_MEMBERS, "a member started from a snapshot"),
    SNAPSHOT_INSTALLED(Group.WHOLE_MEMBERS, "a member fetched a snapshot, and was restored from it"),
    FETCH_WENT_ON(Group.WHOLE_MEMBERS, "a fetch went on with what was there of the snapshot"),
    RESTORING_REFUSED(Group.WHOLE_MEMBERS, "a read was refused since its member was being restored"),
    SNAPSHOT_WITHOUT_ROOM(Group.WHOLE_MEMBERS, "a snapshot ended since the disk was full"),
    SNAPSHOT_CUT_SHORT(Group.WHOLE_MEMBERS, "a process ended while it wrote a snapshot"),
    FETCH_CUT_SHORT(Group.WHOLE_MEMBERS, "a process ended while it received a snapshot"),
    RESTORE_CUT_SHORT(Group.WHOLE_MEMBERS, "a process ended while it was being restored from a snapshot"),
    SNAPSHOT_NOT_MARKED(
            Group.WHOLE_MEMBERS, "a process ended with a whole snapshot that no durable mark of its log named yet");

    /** What must be simulated for a mark to be reached. */
    public enum Group {
        /** Cores, with whatever carries their messages and keeps their logs. */
        CORES,
        /** Also the node around the core, its log on a disk, and its sessions. */
        WHOLE_MEMBERS
    }

    private final Group group;
    private final String sentence;

    Mark(String sentence) {
        this(Group.CORES, sentence);
    }

    Mark(Group group, String sentence) {
        this.group = group;
        this.sentence = sentence;
    }

    public Group group() {
        return group;
    }

    public String sentence() {
        return sentence;
    }

    /** Those that a fixed list of seeds of that profile must hit, all of them. */
    public static List<Mark> of(Profile profile) {
        Group group = profile.isWholeNode() ? Group.WHOLE_MEMBERS : Group.CORES;
        List<Mark> marks = new ArrayList<>();
        for (Mark mark : values()) {
            if (mark.group == group) {
                marks.add(mark);
            }
        }
        return marks;
    }
}
