package io.quorate.raft;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what {@link CanonicalForm} wrote. Bytes that end early or hold an impossible length are refused. */
final class CanonicalReader {
    private final byte[] bytes;
    private int at;

    CanonicalReader(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isAtEnd() {
        return at == bytes.length;
    }

    int position() {
        return at;
    }

    long number() {
        need(8);
        long value = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            value |= (bytes[at++] & 0xffL) << shift;
        }
        return value;
    }

    int smallNumber() {
        long value = number();
        if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the number before byte " + at + " is too large: " + value);
        }
        return (int) value;
    }

    /** A length is checked against what is left before it is believed. */
    private int count(int leastBytesEach) {
        long count = number();
        if (count < 0 || count > (bytes.length - at) / leastBytesEach) {
            throw new IllegalArgumentException("the length before byte " + at + " is more than there is: " + count);
        }
        return (int) count;
    }

    boolean flag() {
        need(1);
        return bytes[at++] != 0;
    }

    byte[] bytes() {
        int length = count(1);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    long[] numbers() {
        long[] values = new long[count(8)];
        for (int i = 0; i < values.length; i++) {
            values[i] = number();
        }
        return values;
    }

    private List<Long> ids() {
        List<Long> ids = new ArrayList<>();
        for (long id : numbers()) {
            ids.add(id);
        }
        return ids;
    }

    Membership membership() {
        List<Member> members = new ArrayList<>();
        for (int left = count(40); left > 0; left--) {
            long id = number();
            long incarnation = number();
            String name = text();
            List<String> urls = new ArrayList<>();
            for (int urlsLeft = count(8); urlsLeft > 0; urlsLeft--) {
                urls.add(text());
            }
            members.add(new Member(id, incarnation, name, urls, smallNumber()));
        }
        return new Membership(
                members, ids(), ids(), ids(), ids(), number(), new Lease(smallNumber(), smallNumber()), smallNumber());
    }

    List<MembershipAt> memberships() {
        List<MembershipAt> memberships = new ArrayList<>();
        for (int left = count(32); left > 0; left--) {
            long index = number();
            memberships.add(new MembershipAt(index, membership()));
        }
        return memberships;
    }

    RaftConfig config() {
        return new RaftConfig(
                smallNumber(),
                number(),
                number(),
                smallNumber(),
                smallNumber(),
                flag(),
                flag(),
                number(),
                smallNumber(),
                number(),
                smallNumber(),
                smallNumber(),
                smallNumber(),
                flag());
    }

    RestartImage image() {
        HardState state = new HardState(number(), number(), number());
        SnapshotMark mark = mark();
        long prevIndex = number();
        long prevTerm = number();
        LogSummary log = new LogSummary(number(), numbers(), numbers(), memberships());
        return new RestartImage(state, mark, prevIndex, prevTerm, log, number());
    }

    SnapshotMark mark() {
        return new SnapshotMark(number(), number(), membership());
    }

    EntryRun run() {
        long firstIndex = number();
        long[] runFirst = new long[count(16)];
        long[] runTerm = new long[runFirst.length];
        for (int i = 0; i < runFirst.length; i++) {
            runFirst[i] = number();
            runTerm[i] = number();
        }
        int[] recordBytes = new int[count(8)];
        for (int i = 0; i < recordBytes.length; i++) {
            recordBytes[i] = smallNumber();
        }
        return new EntryRun(firstIndex, runFirst, runTerm, recordBytes, memberships());
    }

    private void need(int count) {
        if (bytes.length - at < count) {
            throw new IllegalArgumentException("the bytes end at " + bytes.length + ", within a value");
        }
    }
}
