package io.quorate.node.peer;

import io.quorate.node.once.Extension;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.StateHashCodec;
import io.quorate.raft.EntryRun;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Checks the records of an AppendEntries one by one and describes them for the core. Only headers are looked at (and the
 * payload of a membership); nothing is made per entry but its place in one array.
 */
final class RecordScan {
    private final ByteBuffer records;
    private final int group;
    private long index;
    private long term;
    private long[] runFirst = new long[1];
    private long[] runTerm = new long[1];
    private int runs;
    private final int[] recordBytes;
    private List<MembershipAt> memberships = List.of();

    private RecordScan(ByteBuffer records, int group, long prevLogIndex, long prevLogTerm, int count) {
        this.records = records;
        this.group = group;
        this.index = prevLogIndex;
        this.term = prevLogTerm;
        this.recordBytes = new int[count];
    }

    /**
     * @param records little endian, from 0 to its limit
     * @param count how many there must be
     * @throws MalformedFrameException naming the record, when one is not whole, not of the log, of another group, out of
     *     order, or of a term that falls or lies beyond the leader's
     */
    static EntryRun scan(
            ByteBuffer records, int group, long prevLogIndex, long prevLogTerm, long leaderTerm, int count) {
        if (count < 0
                || count > records.limit() / LogRecord.HEADER_BYTES
                || prevLogIndex > Long.MAX_VALUE - 1 - count) {
            throw new MalformedFrameException(Integer.toUnsignedString(count) + " entries after index " + prevLogIndex
                    + " in " + records.limit() + " bytes");
        }
        RecordScan scan = new RecordScan(records, group, prevLogIndex, prevLogTerm, count);
        int end = scan.all(count);
        if (end != records.limit()) {
            throw new MalformedFrameException(
                    (records.limit() - end) + " bytes follow the last of " + count + " entries");
        }
        if (scan.term > leaderTerm) {
            throw new MalformedFrameException("entries of term " + scan.term + " from a leader of term " + leaderTerm);
        }
        return new EntryRun(
                prevLogIndex + 1,
                Arrays.copyOf(scan.runFirst, scan.runs),
                Arrays.copyOf(scan.runTerm, scan.runs),
                scan.recordBytes,
                scan.memberships);
    }

    private int all(int count) {
        int at = 0;
        for (int k = 0; k < count; k++) {
            at = one(at, k);
        }
        return at;
    }

    private int one(int at, int position) {
        String flaw = LogRecord.flaw(records, at, records.limit());
        if (flaw != null) {
            throw malformed(flaw);
        }
        RecordKind kind = LogRecord.kind(records, at);
        if (!kind.isLogEntry()) {
            throw malformed("its kind " + kind + " is not one that a peer may send");
        }
        if (LogRecord.group(records, at) != group) {
            throw malformed("its group is " + LogRecord.group(records, at) + ", the message's " + group);
        }
        if (LogRecord.index(records, at) != index + 1) {
            throw malformed("its index is " + LogRecord.index(records, at));
        }
        index++;
        takeTerm(LogRecord.term(records, at));
        recordBytes[position] = LogRecord.sizeAt(records, at);
        ByteBuffer content = content(at);
        if (kind == RecordKind.MEMBERSHIP) {
            takeMembership(content);
        } else if (kind == RecordKind.STATE_HASH) {
            String hashFlaw = StateHashCodec.flaw(content, index);
            if (hashFlaw != null) {
                throw malformed(hashFlaw);
            }
        }
        return at + recordBytes[position];
    }

    private void takeTerm(long next) {
        if (next < Math.max(term, 1)) {
            throw malformed("its term " + next + " is behind the term " + term + " of the entry before");
        }
        if (runs == 0 || next != term) {
            if (runs == runFirst.length) {
                runFirst = Arrays.copyOf(runFirst, 4 * runs);
                runTerm = Arrays.copyOf(runTerm, 4 * runs);
            }
            runFirst[runs] = index;
            runTerm[runs++] = next;
        }
        term = next;
    }

    private void takeMembership(ByteBuffer payload) {
        try {
            Membership membership = MembershipCodec.decode(payload);
            if (memberships.isEmpty()) {
                memberships = new ArrayList<>();
            }
            memberships.add(new MembershipAt(index, membership));
        } catch (IllegalArgumentException e) {
            throw malformed("it is no membership: " + e.getMessage());
        }
    }

    /** The payload behind its extension block. */
    private ByteBuffer content(int at) {
        ByteBuffer payload = LogRecord.payload(records, at);
        if ((LogRecord.flags(records, at) & LogRecord.FLAG_EXTENSION) != 0) {
            String flaw = LogRecord.kind(records, at) == RecordKind.ENTRY
                    ? Extension.flaw(payload)
                    : "it has an extension block, and is no command";
            if (flaw != null) {
                throw malformed(flaw);
            }
            payload.position(LogRecord.extensionBytes(payload));
        }
        return payload;
    }

    private MalformedFrameException malformed(String flaw) {
        return new MalformedFrameException("the record of the entry after index " + index + ": " + flaw);
    }
}
