package io.quorate.raft;

/**
 * One of the three roles of paper figure 4. Each implementation holds only the state that exists in that role, and answers
 * every message and every passing of time in a method of its own. What comes here is well formed and of the current term;
 * for the questions that may come in another term, {@link Raft} answers by the rules that all roles share.
 */
sealed interface Role permits Follower, Candidate, Leader {
    RoleName name();

    /** Time has passed: {@link Raft#now()} moved. */
    void advance();

    /** When this role next does something by itself, in {@link Raft#now()}; Long.MAX_VALUE for never. */
    long dueAt();

    /** Whether a leader is about whom this member has promised not to depose (thesis 4.2.3, 9.6). */
    boolean isLeaderAlive();

    /** Something became durable. */
    void persisted();

    /** The turn ends: decides what leaves. */
    void drain();

    void requestPreVote(Message.RequestPreVote message);

    void requestVote(Message.RequestVote message);

    void preVoteAnswer(Message.PreVoteAnswer message);

    void voteAnswer(Message.VoteAnswer message);

    void appendEntries(Message.AppendEntries message);

    void installSnapshot(Message.InstallSnapshot message);

    void appendAnswer(Message.AppendAnswer message);

    void timeoutNow(Message.TimeoutNow message);

    void readIndexRequest(Message.ReadIndexRequest message);

    void readIndexAnswer(Message.ReadIndexAnswer message);

    /** A copy that belongs to another core. */
    Role copy(Raft target);

    void writeTo(CanonicalForm out);
}
