package io.quorate.raft;

import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.ReadIndexAnswer;
import io.quorate.raft.Message.ReadIndexRequest;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.TimeoutNow;
import io.quorate.raft.Message.VoteAnswer;

/**
 * Messages in the canonical form: the type's number, group, from, to, term, then the fields in the order of the record. It
 * is for recordings; what goes over the network is the driver's.
 */
final class MessageCodec {
    private static final int REQUEST_PRE_VOTE = 1;
    private static final int PRE_VOTE_ANSWER = 2;
    private static final int REQUEST_VOTE = 3;
    private static final int VOTE_ANSWER = 4;
    private static final int APPEND_ENTRIES = 5;
    private static final int APPEND_ANSWER = 6;
    private static final int READ_INDEX_REQUEST = 7;
    private static final int READ_INDEX_ANSWER = 8;
    private static final int INSTALL_SNAPSHOT = 9;
    private static final int TIMEOUT_NOW = 12;

    private MessageCodec() {}

    static void write(Message message, CanonicalForm out) {
        if (message instanceof RequestPreVote m) {
            head(REQUEST_PRE_VOTE, m, out).number(m.lastLogIndex()).number(m.lastLogTerm());
        } else if (message instanceof PreVoteAnswer m) {
            head(PRE_VOTE_ANSWER, m, out).text(m.refusal().name());
        } else if (message instanceof RequestVote m) {
            head(REQUEST_VOTE, m, out)
                    .number(m.lastLogIndex())
                    .number(m.lastLogTerm())
                    .flag(m.transfer());
        } else if (message instanceof VoteAnswer m) {
            head(VOTE_ANSWER, m, out).text(m.refusal().name());
        } else if (message instanceof AppendEntries m) {
            head(APPEND_ENTRIES, m, out).number(m.prevLogIndex()).number(m.prevLogTerm());
            out.number(m.leaderCommit()).number(m.readRound()).run(m.entries());
        } else if (message instanceof AppendAnswer m) {
            head(APPEND_ANSWER, m, out)
                    .number(m.verifiedIndex())
                    .number(m.durableIndex())
                    .number(m.readRound());
            out.number(m.rejectedIndex()).number(m.conflictIndex()).number(m.conflictTerm());
            out.flag(m.sick()).flag(m.damaged());
        } else if (message instanceof ReadIndexRequest m) {
            head(READ_INDEX_REQUEST, m, out).id(m.incarnation()).number(m.number());
        } else if (message instanceof ReadIndexAnswer m) {
            head(READ_INDEX_ANSWER, m, out)
                    .id(m.incarnation())
                    .number(m.number())
                    .number(m.readIndex());
        } else if (message instanceof InstallSnapshot m) {
            head(INSTALL_SNAPSHOT, m, out)
                    .number(m.lastIncludedIndex())
                    .number(m.lastIncludedTerm())
                    .number(m.readRound());
        } else if (message instanceof TimeoutNow m) {
            head(TIMEOUT_NOW, m, out);
        } else {
            throw new IllegalArgumentException("no number is given to messages like " + message);
        }
    }

    private static CanonicalForm head(int type, Message message, CanonicalForm out) {
        return out.number(type)
                .number(message.group())
                .id(message.from())
                .id(message.to())
                .number(message.term());
    }

    static Message read(CanonicalReader in) {
        int type = in.smallNumber();
        int group = in.smallNumber();
        long from = in.number();
        long to = in.number();
        long term = in.number();
        return switch (type) {
            case REQUEST_PRE_VOTE -> new RequestPreVote(group, from, to, term, in.number(), in.number());
            case PRE_VOTE_ANSWER -> new PreVoteAnswer(group, from, to, term, VoteRefusal.valueOf(in.text()));
            case REQUEST_VOTE -> new RequestVote(group, from, to, term, in.number(), in.number(), in.flag());
            case VOTE_ANSWER -> new VoteAnswer(group, from, to, term, VoteRefusal.valueOf(in.text()));
            case APPEND_ENTRIES ->
                new AppendEntries(group, from, to, term, in.number(), in.number(), in.number(), in.number(), in.run());
            case APPEND_ANSWER ->
                new AppendAnswer(
                        group,
                        from,
                        to,
                        term,
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.number(),
                        in.flag(),
                        in.flag());
            case READ_INDEX_REQUEST -> new ReadIndexRequest(group, from, to, term, in.number(), in.number());
            case READ_INDEX_ANSWER -> new ReadIndexAnswer(group, from, to, term, in.number(), in.number(), in.number());
            case INSTALL_SNAPSHOT -> new InstallSnapshot(group, from, to, term, in.number(), in.number(), in.number());
            case TIMEOUT_NOW -> new TimeoutNow(group, from, to, term);
            default -> throw new IllegalArgumentException("no message has the number " + type);
        };
    }
}
