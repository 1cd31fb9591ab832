package io.quorate.sim.core;

/**
 * What holds among members, disks and clients, whatever goes wrong: the rules that a simulator can judge and a single core
 * cannot. What holds within one core is {@link io.quorate.raft.Invariant}.
 */
public enum Rule {
    ELECTION_SAFETY("at most one member leads in a term"),
    LEADER_COMPLETENESS("who leads a term holds every entry that was committed in earlier ones"),
    LOG_MATCHING("two logs that hold an entry of the same index and term are equal up to it"),
    STATE_MACHINE_SAFETY("no two members apply different entries at one index"),
    APPLIED_IN_ORDER("a state machine gets each index once, without gaps"),
    STATES_AGREE("members that have applied as far have equal states"),
    COMMIT_IS_DURABLE(
            "what a member commits is durable on a majority of each half of the voters, who damage took it from counts till it votes"),
    COMMITTED_STAYS_DURABLE("no disk that held a committed entry drops it"),
    TERM_NEVER_FALLS("a member's term never falls, from life to life"),
    ONE_VOTE_IN_A_TERM("a member votes for one candidate in a term, whatever it forgets in a crash"),
    TERM_BEFORE_TOLD("a term is durable before a message carries it"),
    VOTE_BEFORE_TOLD("a vote is durable before a message tells of it"),
    DURABLE_BEFORE_TOLD("what a follower calls durable is on its disk when the answer leaves"),
    VERIFIED_IS_EQUAL("what a follower calls verified equals the log of the leader that it tells"),
    MATCH_IS_DURABLE(
            "what the newest leader counts for a follower is on that follower's disk, or was when damage took it"),
    LATER_TERM_IS_TAKEN("who is told of a later term takes it over (paper 5.1)"),
    LEADER_IS_KEPT(
            "who hears a leader votes for nobody else, and takes no term from who asks for votes (thesis 4.2.3)"),
    ONLY_LEADERS_APPEND("AppendEntries leave only a member that leads their term"),
    RECOVERED_IS_DURABLE("a member starts with all that its disk was told to keep, and nothing that nobody wrote"),
    CORE_KNOWS_ITS_LOG("a core's terms and last index are those of the entries that its driver holds"),
    RING_HOLDS_WHAT_IS_SENT("entries of a message and a write are in the ring"),
    WRITES_FOLLOW("writes of one life follow each other without a gap"),
    READ_IS_FRESH("a linearizable read sees all that was committed anywhere when it came"),
    LEASE_EXCLUDES_ANOTHER_LEADER(
            "while clocks keep to the stated drift nobody is elected as long as another leads by a lease (thesis 6.4.1)"),
    READ_IS_APPLIED("a read is answered from a state that has applied its index"),
    READ_ANSWERED_ONCE("a read is answered at most once in a life"),
    ACKNOWLEDGED_IS_COMMITTED("what a client was told done is in the committed log"),
    REFUSED_NEVER_HAPPENED("what a client was told refused is not in the committed log"),
    LINEARIZABLE("one order of all operations explains every answer, and keeps to the time in which they happened"),
    ELECTED_BY_QUORUM(
            "who leads was voted for by a majority of each half of the voters of its newest membership: no learner, nobody"
                    + " who was removed"),
    LEARNER_NEVER_LEADS("who leads is a voter in some membership of its log"),
    QUORUMS_INTERSECT("a quorum by one membership of a log and one by the next have a member in common"),
    NEW_VOTER_HOLDS_THE_LOG("who becomes a voter lacks no more of the leader's log than the limit of being caught up"),
    CORE_KNOWS_ITS_MEMBERSHIP("a core decides by the newest membership that its driver's log holds"),
    MEMBERSHIPS_COMMIT_IN_ORDER("memberships are called committed as they rise, and are what is committed there"),
    CHANGE_DONE_IS_COMMITTED("a change that an operator was told done is in the committed log"),
    REFUSED_CHANGES_NOTHING("a change or a transfer that is refused leaves log and membership as they were"),
    TRANSFER_ENDS("a leader refuses requests for a transfer for at most an election timeout"),
    SUCCESSOR_HOLDS_ALL("who is told to campaign is a voter, and its disk holds all of the leader's log"),
    LOG_KEEPS_THE_REST("an entry goes from a log only when a durable mark covers it"),
    SNAPSHOT_STAYS("the snapshot of a member's durable mark is there"),
    SNAPSHOT_IS_WHAT_IS_COMMITTED("a snapshot tells the term and the membership that are committed at its index"),
    SNAPSHOT_IS_THE_STATE("a state that came with a snapshot is the one that applying the log gives"),
    NO_MESSAGE_IS_REFUSED("no core takes what another one sent for malformed"),
    NO_FACT_IS_CONTRADICTED("no message contradicts what is committed"),
    CORE_GOES_ON("no core breaks"),
    LEADER_IN_TIME("once all is well there is a leader within a few election timeouts"),
    REQUESTS_END("once all is well every request ends, and a write succeeds"),
    ALL_CATCH_UP("once all is well every member has the whole log, committed and applied"),
    QUIET_CLUSTER_KEEPS_ITS_LEADER("while nothing goes wrong nobody campaigns against a leader"),
    MEMBERSHIP_SETTLES("once all is well the newest membership is committed, and not joint"),
    TRANSFER_WORKS("once all is well a transfer makes the member lead that was named"),
    QUORUM_MAKES_PROGRESS(
            "while a majority runs and its links are sound, it follows a leader that commits, whatever else goes wrong"),
    QUEUES_ARE_BOUNDED("what waits in a member stays within its limits"),
    RUN_ENDS("a run comes to its end within a bound on its events");

    private final String sentence;

    Rule(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }

    Violation broken(String detail) {
        return new Violation(name(), detail);
    }

    /** @throws Violation if it does not hold; {@code detail} is only made then */
    void require(boolean holds, java.util.function.Supplier<String> detail) {
        if (!holds) {
            throw broken(detail.get());
        }
    }
}
