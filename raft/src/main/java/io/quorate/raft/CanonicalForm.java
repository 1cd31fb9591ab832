package io.quorate.raft;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A growing array of bytes to which values are written so that equal values give equal bytes, and no two sequences of
 * values give the same: every length stands before what it measures. Numbers are little endian, 8 bytes; a text is its
 * length in bytes and UTF-8; an enum is its name. {@link CanonicalReader} reads it back.
 */
final class CanonicalForm {
    private byte[] bytes = new byte[256];
    private int length;

    CanonicalForm number(long value) {
        room(8);
        for (int shift = 0; shift < 64; shift += 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    CanonicalForm flag(boolean value) {
        room(1);
        bytes[length++] = (byte) (value ? 1 : 0);
        return this;
    }

    CanonicalForm text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    CanonicalForm bytes(byte[] value) {
        number(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    CanonicalForm numbers(List<Long> values) {
        number(values.size());
        values.forEach(this::number);
        return this;
    }

    CanonicalForm numbers(long[] values) {
        number(values.length);
        for (long value : values) {
            number(value);
        }
        return this;
    }

    CanonicalForm membership(Membership membership) {
        number(membership.size());
        for (Member member : membership.members()) {
            number(member.id()).number(member.incarnation()).text(member.name());
            number(member.peerUrls().size());
            member.peerUrls().forEach(this::text);
        }
        return numbers(membership.voters()).numbers(membership.outgoingVoters());
    }

    CanonicalForm memberships(List<MembershipAt> memberships) {
        number(memberships.size());
        memberships.forEach(at -> number(at.index()).membership(at.membership()));
        return this;
    }

    CanonicalForm config(RaftConfig config) {
        number(config.group()).number(config.self()).number(config.incarnation());
        number(config.heartbeatTicks()).number(config.electionTicks());
        flag(config.preVote()).flag(config.checkQuorum());
        number(config.ringBytes()).number(config.frameBytes());
        number(config.windowBytes()).number(config.windowFrames()).number(config.pendingReads());
        return flag(config.appliesFromMemory());
    }

    CanonicalForm hardState(HardState state) {
        return number(state.currentTerm()).number(state.votedFor()).number(state.commitHint());
    }

    CanonicalForm mark(SnapshotMark mark) {
        return number(mark.index()).number(mark.term()).membership(mark.membership());
    }

    CanonicalForm log(LogSummary log) {
        return number(log.lastIndex())
                .numbers(log.runFirst())
                .numbers(log.runTerm())
                .memberships(log.memberships());
    }

    CanonicalForm run(EntryRun run) {
        number(run.firstIndex()).number(run.runs());
        for (int i = 0; i < run.runs(); i++) {
            number(run.runFirst(i)).number(run.runTerm(i));
        }
        number(run.count());
        for (long index = run.firstIndex(); index <= run.lastIndex(); index++) {
            number(run.recordBytes(index));
        }
        return memberships(run.memberships());
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
