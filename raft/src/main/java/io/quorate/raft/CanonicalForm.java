package io.quorate.raft;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * A growing array of bytes to which values are written so that equal values give equal bytes, and no two sequences of
 * values give the same: every length stands before what it measures. Numbers are little endian, 8 bytes; a text is its
 * length in bytes and UTF-8; an enum is its name. {@link CanonicalReader} reads it back.
 *
 * <p>Ids and incarnations of members may be written under other names, and lists by member then stand in the order of those.
 * For {@link TimelessForm} what only time would bring to bear is left out.
 */
final class CanonicalForm {
    private final LongUnaryOperator names;
    private final boolean isTimeless;
    private byte[] bytes = new byte[256];
    private int length;

    /** With everything, and members under their own ids. */
    CanonicalForm() {
        this(LongUnaryOperator.identity(), false);
    }

    private CanonicalForm(LongUnaryOperator names, boolean isTimeless) {
        this.names = names;
        this.isTimeless = isTimeless;
    }

    /** @param names what stands for each id and incarnation; never asked for 0, which is nobody */
    static CanonicalForm timeless(LongUnaryOperator names) {
        return new CanonicalForm(names, true);
    }

    CanonicalForm number(long value) {
        room(8);
        for (int shift = 0; shift < 64; shift += 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** A member's id, or its incarnation. */
    CanonicalForm id(long id) {
        return number(nameOf(id));
    }

    CanonicalForm ids(List<Long> ids) {
        List<Long> written = new ArrayList<>();
        ids.forEach(id -> written.add(nameOf(id)));
        written.sort(Long::compareUnsigned);
        number(written.size());
        written.forEach(this::number);
        return this;
    }

    private long nameOf(long id) {
        return id == 0 ? 0 : names.applyAsLong(id);
    }

    /** The slots of a membership in the order in which what belongs to each is written. */
    int[] slots(Membership membership) {
        Integer[] slots = new Integer[membership.size()];
        Arrays.setAll(slots, slot -> slot);
        Arrays.sort(slots, (a, b) -> Long.compareUnsigned(nameAt(membership, a), nameAt(membership, b)));
        return Arrays.stream(slots).mapToInt(slot -> slot).toArray();
    }

    private long nameAt(Membership membership, int slot) {
        return nameOf(membership.members().get(slot).id());
    }

    /** What was drawn, or counts what is over: nothing follows from it while no time passes. */
    CanonicalForm timed(long value) {
        return isTimeless ? this : number(value);
    }

    CanonicalForm timed(String value) {
        return isTimeless ? this : text(value);
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

    CanonicalForm numbers(long[] values) {
        number(values.length);
        for (long value : values) {
            number(value);
        }
        return this;
    }

    CanonicalForm membership(Membership membership) {
        number(membership.size());
        for (int slot : slots(membership)) {
            Member member = membership.members().get(slot);
            id(member.id()).id(member.incarnation()).text(member.name());
            number(member.peerUrls().size());
            member.peerUrls().forEach(this::text);
            number(member.priority());
        }
        ids(membership.voters()).ids(membership.outgoingVoters());
        ids(membership.joining()).ids(membership.removed()).number(membership.index());
        number(membership.lease().ticks()).number(membership.lease().driftPerMille());
        return number(membership.version());
    }

    CanonicalForm memberships(List<MembershipAt> memberships) {
        number(memberships.size());
        memberships.forEach(at -> number(at.index()).membership(at.membership()));
        return this;
    }

    CanonicalForm config(RaftConfig config) {
        number(config.group()).id(config.self()).id(config.incarnation());
        number(config.heartbeatTicks()).number(config.electionTicks());
        flag(config.preVote()).flag(config.checkQuorum());
        number(config.ringBytes()).number(config.frameBytes());
        number(config.windowBytes()).number(config.windowFrames()).number(config.pendingReads());
        number(config.caughtUpEntries());
        return flag(config.appliesFromMemory());
    }

    CanonicalForm hardState(HardState state) {
        return number(state.currentTerm()).id(state.votedFor()).number(state.commitHint());
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
