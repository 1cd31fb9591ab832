package io.quorate.raft;

/**
 * One of the three roles of paper figure 4. Each implementation holds only the state that exists in that role, and answers
 * every message and every passing of time in a method of its own.
 */
sealed interface Role permits Follower, Candidate, Leader {
    void advance(long ticks);

    void requestPreVote(Message.RequestPreVote message);

    void preVoteAnswer(Message.PreVoteAnswer message);

    void requestVote(Message.RequestVote message);

    void voteAnswer(Message.VoteAnswer message);

    void appendEntries(Message.AppendEntries message);

    void appendAnswer(Message.AppendAnswer message);

    void readIndexRequest(Message.ReadIndexRequest message);

    void readIndexAnswer(Message.ReadIndexAnswer message);
}
