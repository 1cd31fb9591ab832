package io.quorate.raft;

final class Candidate implements Role {
    @Override
    public void advance(long ticks) {}

    @Override
    public void requestPreVote(Message.RequestPreVote message) {}

    @Override
    public void preVoteAnswer(Message.PreVoteAnswer message) {}

    @Override
    public void requestVote(Message.RequestVote message) {}

    @Override
    public void voteAnswer(Message.VoteAnswer message) {}

    @Override
    public void appendEntries(Message.AppendEntries message) {}

    @Override
    public void appendAnswer(Message.AppendAnswer message) {}

    @Override
    public void readIndexRequest(Message.ReadIndexRequest message) {}

    @Override
    public void readIndexAnswer(Message.ReadIndexAnswer message) {}
}
