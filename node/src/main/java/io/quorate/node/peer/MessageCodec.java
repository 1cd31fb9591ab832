package io.quorate.node.peer;

import io.quorate.raft.EntryRun;
import io.quorate.raft.Message;
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
import io.quorate.raft.VoteRefusal;
import java.nio.ByteBuffer;

/**
 * The core's messages as frames. Every header begins with group u32, from u64, to u64, term u64; the rest are the record's
 * components in their order, u64 each but where said, a flag as u8. Of an AppendEntries only the count of entries (u32, after readRound) is
 * in the header: the receiver describes the records that follow by looking at them.
 */
final class MessageCodec {
    static final int COMMON_BYTES = 28;

    /** The codes on the wire are the places in this list. */
    private static final VoteRefusal[] VOTE_REFUSALS = {
        VoteRefusal.NONE,
        VoteRefusal.STALE_TERM,
        VoteRefusal.ALREADY_VOTED,
        VoteRefusal.LOG_BEHIND,
        VoteRefusal.LEADER_ALIVE,
        VoteRefusal.I_LEAD,
        VoteRefusal.NOT_A_VOTER,
        VoteRefusal.DAMAGED
    };

    private MessageCodec() {}

    /**
     * The frame without its payload, ready to be sent.
     *
     * @param recordBytes size of the records that will follow; 0 but for AppendEntries
     */
    static ByteBuffer encode(Message message, int recordBytes) {
        if (message instanceof AppendEntries m) {
            return encode(m, m.entries().count(), recordBytes);
        }
        if (recordBytes != 0) {
            throw new IllegalArgumentException(message + " carries no records");
        }
        return Frame.finish(encodeShort(message));
    }

    /** The same message with only so many of its entries, whose records take that many bytes. */
    static ByteBuffer encode(AppendEntries m, int count, int recordBytes) {
        ByteBuffer frame = begin(FrameType.APPEND_ENTRIES, m);
        frame.putLong(m.prevLogIndex()).putLong(m.prevLogTerm()).putLong(m.leaderCommit());
        return Frame.finish(frame.putLong(m.readRound()).putInt(count), recordBytes);
    }

    private static ByteBuffer encodeShort(Message message) {
        if (message instanceof AppendAnswer m) {
            return begin(FrameType.APPEND_ANSWER, m)
                    .putLong(m.verifiedIndex())
                    .putLong(m.durableIndex())
                    .putLong(m.readRound())
                    .putLong(m.rejectedIndex())
                    .putLong(m.conflictIndex())
                    .putLong(m.conflictTerm())
                    .put(code(m.sick()))
                    .put(code(m.damaged()));
        } else if (message instanceof RequestPreVote m) {
            return begin(FrameType.REQUEST_PRE_VOTE, m)
                    .putLong(m.lastLogIndex())
                    .putLong(m.lastLogTerm());
        } else if (message instanceof PreVoteAnswer m) {
            return begin(FrameType.PRE_VOTE_ANSWER, m).put(code(m.refusal()));
        } else if (message instanceof RequestVote m) {
            return begin(FrameType.REQUEST_VOTE, m)
                    .putLong(m.lastLogIndex())
                    .putLong(m.lastLogTerm())
                    .put(code(m.transfer()));
        } else if (message instanceof VoteAnswer m) {
            return begin(FrameType.VOTE_ANSWER, m).put(code(m.refusal()));
        } else if (message instanceof ReadIndexRequest m) {
            return begin(FrameType.READ_INDEX_REQUEST, m)
                    .putLong(m.incarnation())
                    .putLong(m.number());
        } else if (message instanceof ReadIndexAnswer m) {
            return begin(FrameType.READ_INDEX_ANSWER, m)
                    .putLong(m.incarnation())
                    .putLong(m.number())
                    .putLong(m.readIndex());
        } else if (message instanceof InstallSnapshot m) {
            return begin(FrameType.INSTALL_SNAPSHOT, m)
                    .putLong(m.lastIncludedIndex())
                    .putLong(m.lastIncludedTerm())
                    .putLong(m.readRound());
        } else if (message instanceof TimeoutNow m) {
            return begin(FrameType.TIMEOUT_NOW, m);
        }
        throw new IllegalArgumentException("no frame for " + message);
    }

    private static ByteBuffer begin(FrameType type, Message m) {
        return Frame.begin(type)
                .putInt(m.group())
                .putLong(m.from())
                .putLong(m.to())
                .putLong(m.term());
    }

    /**
     * @param header as {@link FrameReader} hands it, of the type's length
     * @param records the payload, each of its records is checked
     * @throws MalformedFrameException if no correct member sends it
     */
    static Message decode(FrameType type, ByteBuffer header, ByteBuffer records) {
        int group = header.getInt();
        long from = header.getLong();
        long to = header.getLong();
        long term = natural(header, "term");
        return switch (type) {
            case REQUEST_PRE_VOTE ->
                new RequestPreVote(
                        group, from, to, term, natural(header, "lastLogIndex"), natural(header, "lastLogTerm"));
            case PRE_VOTE_ANSWER -> new PreVoteAnswer(group, from, to, term, refusal(header.get()));
            case REQUEST_VOTE ->
                new RequestVote(
                        group,
                        from,
                        to,
                        term,
                        natural(header, "lastLogIndex"),
                        natural(header, "lastLogTerm"),
                        flag(header, "transfer"));
            case VOTE_ANSWER -> new VoteAnswer(group, from, to, term, refusal(header.get()));
            case APPEND_ENTRIES -> appendEntries(group, from, to, term, header, records);
            case APPEND_ANSWER ->
                new AppendAnswer(
                        group,
                        from,
                        to,
                        term,
                        natural(header, "verifiedIndex"),
                        natural(header, "durableIndex"),
                        natural(header, "readRound"),
                        natural(header, "rejectedIndex"),
                        natural(header, "conflictIndex"),
                        natural(header, "conflictTerm"),
                        flag(header, "sick"),
                        flag(header, "damaged"));
            case READ_INDEX_REQUEST ->
                new ReadIndexRequest(group, from, to, term, header.getLong(), natural(header, "number"));
            case READ_INDEX_ANSWER ->
                new ReadIndexAnswer(
                        group,
                        from,
                        to,
                        term,
                        header.getLong(),
                        natural(header, "number"),
                        natural(header, "readIndex"));
            case INSTALL_SNAPSHOT ->
                new InstallSnapshot(
                        group,
                        from,
                        to,
                        term,
                        natural(header, "lastIncludedIndex"),
                        natural(header, "lastIncludedTerm"),
                        natural(header, "readRound"));
            case TIMEOUT_NOW -> new TimeoutNow(group, from, to, term);
            case HELLO,
                    REFUSED,
                    KNOWS_LEADER,
                    LEADER_REQUEST,
                    LEADER_ANSWER,
                    SET,
                    PING,
                    FORWARD,
                    FORWARD_EXTENDED,
                    FORWARD_ANSWER,
                    STATE_HASH,
                    SNAPSHOT_ASK,
                    SNAPSHOT_OFFER,
                    SNAPSHOT_READ,
                    SNAPSHOT_PIECE,
                    SNAPSHOT_NOTHING -> throw new IllegalArgumentException(type + " is no message of the core");
        };
    }

    private static AppendEntries appendEntries(
            int group, long from, long to, long term, ByteBuffer header, ByteBuffer records) {
        long prevLogIndex = natural(header, "prevLogIndex");
        long prevLogTerm = natural(header, "prevLogTerm");
        long leaderCommit = natural(header, "leaderCommit");
        long readRound = natural(header, "readRound");
        EntryRun entries = RecordScan.scan(records, group, prevLogIndex, prevLogTerm, term, header.getInt());
        return new AppendEntries(group, from, to, term, prevLogIndex, prevLogTerm, leaderCommit, readRound, entries);
    }

    private static long natural(ByteBuffer header, String what) {
        long value = header.getLong();
        if (value < 0) {
            throw new MalformedFrameException(what + " is " + Long.toUnsignedString(value));
        }
        return value;
    }

    private static byte code(boolean flag) {
        return (byte) (flag ? 1 : 0);
    }

    private static boolean flag(ByteBuffer header, String what) {
        byte value = header.get();
        if (value != 0 && value != 1) {
            throw new MalformedFrameException(what + " is " + (value & 0xff));
        }
        return value == 1;
    }

    private static byte code(VoteRefusal refusal) {
        for (byte code = 0; code < VOTE_REFUSALS.length; code++) {
            if (VOTE_REFUSALS[code] == refusal) {
                return code;
            }
        }
        throw new IllegalArgumentException("no code for " + refusal);
    }

    private static VoteRefusal refusal(byte code) {
        if (code < 0 || code >= VOTE_REFUSALS.length) {
            throw new MalformedFrameException("unknown refusal " + (code & 0xff));
        }
        return VOTE_REFUSALS[code];
    }
}
