package io.quorate.storage;

import io.quorate.node.port.Identity;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.LogSummary;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a data directory holds of its cluster's decisions, as a start would find it.
 *
 * @param identity null where the file does not hold
 * @param currentTerm latest term that its member has seen
 * @param prevIndex the entry before the first one that its log still holds; the snapshot covers it
 * @param prevTerm term of that entry
 * @param log every entry from {@code prevIndex + 1} on
 * @param committed an index known to be committed when the member last wrote; the last commits may be missing in it
 * @param snapshotIndex last index that the snapshot covers from which a start begins; 0: none
 * @param memberships that its log knows, the one it begins with first, rising by index
 * @param damage why a start refuses the directory, a sentence's end; empty where it takes it. Then the numbers mean nothing
 */
public record Survivor(
        Path directory,
        @Nullable Identity identity,
        long currentTerm,
        long prevIndex,
        long prevTerm,
        LogSummary log,
        long committed,
        long snapshotIndex,
        List<MembershipAt> memberships,
        String damage) {
    public Survivor {
        memberships = List.copyOf(memberships);
        if (damage.isEmpty() && (identity == null || memberships.isEmpty())) {
            throw new IllegalArgumentException("a directory without a flaw has an identity and a membership");
        }
    }

    static Survivor damaged(Path directory, @Nullable Identity identity, String damage) {
        return new Survivor(directory, identity, 0, 0, 0, LogSummary.empty(0), 0, 0, List.of(), damage);
    }

    public boolean isWhole() {
        return damage.isEmpty();
    }

    public long lastIndex() {
        return log.lastIndex();
    }

    public long lastTerm() {
        return termAt(log.lastIndex());
    }

    /** Term of an entry that the log holds, or of the one before its first; 0 of any other. */
    long termAt(long index) {
        long term = index == prevIndex ? prevTerm : 0;
        for (int run = 0; run < log.runFirst().length; run++) {
            boolean isIn = log.runFirst()[run] <= index && index <= log.lastIndex();
            term = isIn ? log.runTerm()[run] : term;
        }
        return term;
    }

    /** Of a whole one. It decides, committed or not (paper section 6). */
    public MembershipAt newest() {
        return memberships.get(memberships.size() - 1);
    }

    /** Of a whole one: the newest that is known to be committed; where none is, the one that the log begins with. */
    public MembershipAt newestCommitted() {
        MembershipAt found = memberships.get(0);
        for (MembershipAt at : memberships) {
            found = at.index() <= committed ? at : found;
        }
        return found;
    }

    /** The member's name; its id in hex where the log does not name it, or cannot be read. */
    public String name() {
        if (identity == null) {
            return "";
        }
        String id = Long.toUnsignedString(identity.memberId(), 16);
        for (int i = memberships.size() - 1; i >= 0; i--) {
            Member member = memberships.get(i).membership().member(identity.memberId());
            if (member != null && !member.name().isEmpty()) {
                return member.name();
            }
        }
        return id;
    }

    /** Whether it is the directory with which that member belongs to the cluster. */
    boolean isOf(Member member) {
        return identity != null && identity.memberId() == member.id() && identity.incarnation() == member.incarnation();
    }

    /** Of a whole one. */
    Membership members() {
        return newest().membership();
    }

    /** Of one whose identity holds. */
    Identity self() {
        return Objects.requireNonNull(identity, "the identity file does not hold");
    }
}
