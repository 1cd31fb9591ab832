package io.quorate.sim.core;

import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.ReadIndexAnswer;
import io.quorate.raft.Message.ReadIndexRequest;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;

/** Mixes a message into a run's hash: by its fields, since the hash codes of records are each JVM's own affair. */
final class MessageHash {
    private MessageHash() {}

    static void mix(RunHash hash, Message message) {
        hash.mix(message.from());
        hash.mix(message.to());
        hash.mix(message.term());
        if (message instanceof AppendEntries append) {
            hash.mix(append.prevLogIndex());
            hash.mix(append.prevLogTerm());
            hash.mix(append.leaderCommit());
            hash.mix(append.readRound());
            hash.mix(append.entries().count());
        } else if (message instanceof AppendAnswer answer) {
            hash.mix(answer.verifiedIndex());
            hash.mix(answer.durableIndex());
            hash.mix(answer.readRound());
            hash.mix(answer.rejectedIndex());
            hash.mix(answer.conflictIndex());
            hash.mix(answer.conflictTerm());
        } else if (message instanceof RequestVote ask) {
            hash.mix(ask.lastLogIndex());
            hash.mix(ask.lastLogTerm());
            if (ask.transfer()) {
                hash.mix(1);
            }
        } else if (message instanceof RequestPreVote ask) {
            hash.mix(ask.lastLogIndex());
            hash.mix(ask.lastLogTerm());
        } else if (message instanceof VoteAnswer answer) {
            hash.mix(answer.refusal().name().hashCode());
        } else if (message instanceof PreVoteAnswer answer) {
            hash.mix(answer.refusal().name().hashCode());
        } else if (message instanceof ReadIndexRequest ask) {
            hash.mix(ask.number());
        } else if (message instanceof ReadIndexAnswer answer) {
            hash.mix(answer.number());
            hash.mix(answer.readIndex());
        } else if (message instanceof InstallSnapshot install) {
            hash.mix(install.lastIncludedIndex());
            hash.mix(install.lastIncludedTerm());
            hash.mix(install.readRound());
        }
    }
}
