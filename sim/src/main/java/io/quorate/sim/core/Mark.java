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

    // ---- membership
    JOINT_ENTERED("a leader wrote a joint membership"),
    JOINT_LEFT("a leader wrote the second half of a joint membership"),
    JOINT_LEFT_BY_ANOTHER("a leader wrote the second half of what another leader had begun"),
    ELECTED_IN_JOINT("a leader was elected by both halves of a joint membership"),
    ELECTED_WITHOUT_BEING_COUNTED("a leader was elected that its own newest membership did not count"),
    COMMITTED_WITHOUT_BEING_COUNTED("a leader committed an entry by a membership that did not count it"),
    MEMBERSHIP_TRUNCATED("a membership that was not committed was dropped, and the one before counted again"),
    LEADER_REMOVED("a leader was removed, and handed over or stepped down for it"),
    LEARNER_PROMOTED("a learner became a voter"),
    JOINED_BY_ITSELF("a learner that was to join became a voter without being asked for"),
    ENTRY_CLAIMED("a process that was listed before it started claimed its entry"),
    CHANGE_UNKNOWN("a leader that had taken a change stepped down or ended before it was done"),
    CHANGE_UNDER_WAY_REFUSED("a change was refused since another was under way"),
    CHANGED_MEANWHILE_REFUSED("a change made for an older membership was refused"),
    CHANGE_TOO_EARLY_REFUSED("a change was refused since the leader had committed nothing of its term"),
    LAGGING_LEARNER_REFUSED("a learner was not promoted since it lagged"),
    CHANGE_WITHOUT_QUORUM_REFUSED("a change was refused since too few of the new voters answered"),
    LAST_VOTER_KEPT("a change was refused since no voter would have been left"),
    REMOVED_ID_REFUSED("a change was refused since it used a removed id again"),
    REMOVED_WHILE_DOWN("a member was removed while it was down"),
    REMOVED_TURNED_AWAY("a removed member was told so instead of being answered"),
    REMOVED_CAMPAIGNED("a member that was removed, and had not heard of it, asked for votes"),
    VOTED_FOR_A_STRANGER("a member voted for one that its own membership did not have as a voter"),

    // ---- leadership
    TRANSFER_TOOK("a member led because the leader had told it to campaign"),
    TRANSFER_GIVEN_UP("a transfer was given up"),
    TRANSFER_TARGET_ENDED("the member that was to lead next ended meanwhile"),
    TRANSFER_OF_OLD_TERM("who was told to campaign had taken another term by then"),
    PROPOSAL_DURING_TRANSFER("a proposal was refused since the leadership was on its way"),
    TRANSFER_TO_LAGGING_REFUSED("a transfer was refused since the target lagged"),
    TRANSFER_TO_SILENT_REFUSED("a transfer was refused since the target did not answer"),
    SICK_LEADER_HANDED_OVER("a sick leader handed over"),
    PRIORITY_DECIDED("a member of higher priority than others was elected"),

    // ---- snapshots, of cores
    CORE_SNAPSHOT_TAKEN("a member took a snapshot and its log was marked with it"),
    SNAPSHOT_IN_JOINT("a snapshot was taken while a joint membership was in force"),
    SNAPSHOT_OFFERED("a leader offered a snapshot to a follower"),
    SNAPSHOT_FOR_NEWCOMER("a member that had just joined was offered a snapshot"),
    SNAPSHOT_AGAIN("a follower needed a snapshot a second time"),
    SNAPSHOT_FROM_FOLLOWER("a snapshot was fetched from a member that did not lead"),
    SNAPSHOT_FETCH_BROKEN("a fetch of a snapshot broke off"),
    SNAPSHOT_FETCH_RESUMED("a fetch of a snapshot went on with what was there"),
    SNAPSHOT_ACROSS_LEADERS("a snapshot came in a later term than it was offered in"),
    SNAPSHOT_REPLACED_LOG("a snapshot took the place of a log that did not lead to it"),
    SNAPSHOT_OVER_CONFLICT("a snapshot took the place of entries that conflicted"),
    SNAPSHOT_KEPT_LOG("a snapshot came to a log that held its last entry, and went on behind it"),
    SNAPSHOT_OF_NO_USE("a snapshot came that covered no more than was committed there"),
    SNAPSHOT_WITH_NEWER_MEMBERSHIP("a snapshot brought a membership that the member had not heard of"),
    RESTORE_INTERRUPTED("a process ended while its state was to be restored"),
    FETCH_INTERRUPTED("a process ended while it fetched a snapshot"),
    READ_REFUSED_WHILE_RESTORING("a read was refused since its member was to be restored"),

    // ---- damage, of cores
    STARTED_DAMAGED("a member started without entries that damage had taken"),
    DAMAGED_REFUSED_VOTE("a member that had lost entries to damage was asked for its vote"),
    DAMAGE_REPAIRED("a member had back what damage had taken"),
    LEADER_BELIEVED_DAMAGED("a leader counted less for a follower since that had lost entries to damage"),
    DAMAGED_AGAIN("a member was damaged before it had back what it had lost before"),
    READ_REFUSED_WHILE_DAMAGED("a read was refused since its member had not got back what damage had taken"),

    // ---- whole members: disk, links, identity
    TORN_TAIL_DROPPED(Group.WHOLE_MEMBERS, "a member dropped a torn tail of its log at its start"),
    POWER_LOST_IN_START(Group.WHOLE_MEMBERS, "the power went while a member started"),
    DAMAGE_REFUSED(Group.WHOLE_MEMBERS, "a member named damage of its log and refused to start"),
    DAMAGE_CUT(
            Group.WHOLE_MEMBERS,
            "a member started with its log before damage, and the mark of what it had acknowledged"),
    DAMAGE_COVERED(Group.WHOLE_MEMBERS, "a member started on a damaged directory and had lost nothing by it"),
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

    RETRY_ANSWERED(
            Group.WHOLE_MEMBERS, "a command with a key came again, and was answered without being applied again"),
    KEY_FORGOTTEN(Group.WHOLE_MEMBERS, "a command came with a key that was forgotten, and was not applied"),
    KEY_AHEAD(Group.WHOLE_MEMBERS, "a command was refused since its key was made too far ahead of the log's time"),
    KEY_REUSED(Group.WHOLE_MEMBERS, "a command was refused since its key was that of another"),
    ANSWER_NOT_KEPT(
            Group.WHOLE_MEMBERS, "a command with a key came again, and its first answer was too long to be kept"),

    BOUNDED_READ_REFUSED(
            Group.WHOLE_MEMBERS, "a read was refused since nobody could prove that it is within its bound"),
    MEASURED_SICK(Group.WHOLE_MEMBERS, "a leader measured that its work was slow, and handed over"),

    STATES_COMPARED(Group.WHOLE_MEMBERS, "a majority agreed on what its states have come to, and a member compared its own"),
    STATE_DIFFERED(Group.WHOLE_MEMBERS, "a member found that its state is not that of a majority"),
    STATE_DIFFERENCE_NAMED(
            Group.WHOLE_MEMBERS, "a member named the very entry since which its state had not been that of a majority"),
    FAULTY_HANDED_OVER(Group.WHOLE_MEMBERS, "a leader whose state or disk was wrong handed over"),

    // ---- whole members: who belongs to the cluster
    MEMBER_JOINED(Group.CHANGING_MEMBERS, "a member that was added started, and claimed its entry"),
    MEMBER_BECAME_VOTER(Group.CHANGING_MEMBERS, "a member that joined became a voter"),
    CHANGE_BY_BOTH_HALVES(Group.CHANGING_MEMBERS, "a joint membership was committed by whole members"),
    CHANGE_DONE(Group.CHANGING_MEMBERS, "an operator was told that a change is done"),
    CHANGE_REFUSED(Group.CHANGING_MEMBERS, "an operator was told why a change was refused"),
    CHANGE_UNDECIDED(Group.CHANGING_MEMBERS, "an operator was told that nobody knows what becomes of a change"),
    TRANSFERRED(Group.CHANGING_MEMBERS, "an operator was told that another member leads"),
    TRANSFER_REFUSED(Group.CHANGING_MEMBERS, "an operator was told why the leadership stays"),
    REMOVED_ENDED(Group.CHANGING_MEMBERS, "the process of a removed member ended, and said why"),

    // ---- whole members: builds of two versions
    LED_OTHER_BUILDS(Group.CHANGING_MEMBERS, "a member was elected while another ran a build of another version"),
    VERSION_RAISED(Group.CHANGING_MEMBERS, "an operator was told that the cluster version is raised"),
    VERSION_NOT_RAISED(
            Group.CHANGING_MEMBERS, "the cluster version was not raised since a member's build does not know it"),
    OLDER_BUILD_REFUSED(
            Group.CHANGING_MEMBERS, "a member was refused since its build is older than the cluster version"),

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
        /** Whole members of a cluster that others join and leave. */
        CHANGING_MEMBERS,
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
            boolean isOfChanges = profile == Profile.NODE && mark.group == Group.CHANGING_MEMBERS;
            if (mark.group == group || isOfChanges) {
                marks.add(mark);
            }
        }
        return marks;
    }
}
