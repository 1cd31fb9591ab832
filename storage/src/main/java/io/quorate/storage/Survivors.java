package io.quorate.storage;

import io.quorate.node.port.Identity;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directories of one cluster that can still be reached, and what can be said for certain of those that cannot.
 *
 * <p>One of them knows more entries to be committed than the others, up to {@link #provenIndex}; whose log has the same entry there,
 * of the same term, holds all of them (log matching). The safest is, of those that do, the one that would win an election (paper
 * section 5.4.1): the last entry of the highest term, then the highest index. The election's rule alone would not do: a follower is
 * told that entries of an old term are committed before it has the entry of the later term that made them so, and then a log that
 * ends in a term between the two, with other entries, would win against it.
 *
 * <p>Where a majority of the safest one's newest membership, of both halves while that is joint, is here and would vote for it, it
 * holds every entry that was ever committed: a leader has them all (leader completeness). Else entries behind {@link #provenIndex}
 * may have been committed by members that are not here, and be missing or replaced.
 *
 * <p>All this holds for directories as their members left them. An older copy has forgotten what its member promised later.
 */
public final class Survivors {
    private static final Comparator<Survivor> AS_IN_AN_ELECTION =
            Comparator.comparingLong(Survivor::lastTerm).thenComparingLong(Survivor::lastIndex);

    private final List<Survivor> all;

    private Survivors(List<Survivor> all) {
        this.all = List.copyOf(all);
    }

    /** @throws DirectoryRefusedException if they are not of one cluster, or two of them are of one member */
    public static Survivors of(List<Survivor> directories) throws DirectoryRefusedException {
        List<Survivor> known =
                directories.stream().filter(each -> each.identity() != null).toList();
        for (int i = 0; i < known.size(); i++) {
            for (int k = 0; k < i; k++) {
                requireTogether(known.get(k), known.get(i));
            }
        }
        return new Survivors(directories);
    }

    private static void requireTogether(Survivor one, Survivor other) throws DirectoryRefusedException {
        Identity first = one.self();
        Identity second = other.self();
        if (first.clusterId() != second.clusterId()) {
            throw new DirectoryRefusedException(one.directory() + " is of cluster " + hex(first.clusterId()) + ", "
                    + other.directory() + " of cluster " + hex(second.clusterId())
                    + ": their logs have nothing to do with each other. Name the directories of one cluster");
        }
        if (first.epoch() != second.epoch()) {
            throw new DirectoryRefusedException(one.directory() + " is of epoch " + first.epoch() + ", "
                    + other.directory() + " of epoch " + second.epoch() + " of cluster " + hex(first.clusterId())
                    + ": between them the cluster was restored or recovered, and one of the two was left behind. Name the"
                    + " directories of one epoch");
        }
        if (first.memberId() == second.memberId()) {
            throw new DirectoryRefusedException(one.directory() + " and " + other.directory()
                    + " are both of member " + hex(first.memberId())
                    + ": one is a copy or was left behind. Name the one with which the member last ran");
        }
    }

    private static String hex(long id) {
        return Long.toUnsignedString(id, 16);
    }

    /** In the order in which they were named. */
    public List<Survivor> all() {
        return all;
    }

    /** Empty where none is whole. Of two that are equal the one that was named first. */
    public Optional<Survivor> safest() {
        Survivor knowing = knowing();
        return knowing == null
                ? Optional.empty()
                : all.stream()
                        .filter(each -> each.isWhole() && isEqualAt(knowing.committed(), each, knowing))
                        .reduce((best, next) -> AS_IN_AN_ELECTION.compare(next, best) > 0 ? next : best);
    }

    /** Who knows the most entries to be committed; null where none is whole. */
    private @Nullable Survivor knowing() {
        Survivor most = null;
        for (Survivor each : all) {
            most = each.isWhole() && (most == null || each.committed() > most.committed()) ? each : most;
        }
        return most;
    }

    /** Whether they have the same entry there; no, where one of them does not know. */
    private static boolean isEqualAt(long index, Survivor one, Survivor other) {
        return one.equals(other) || (index <= one.lastIndex() && one.termAt(index) == other.termAt(index));
    }

    /**
     * Whether its member could be elected by those that are here: a majority of its newest membership whose logs are not ahead of
     * its own. Then nothing that was committed is missing in it, and they can go on by themselves.
     */
    public boolean canBeElected(Survivor chosen) {
        Membership members = chosen.members();
        return isMajority(chosen, members.countedVoters())
                && (!members.isJoint() || isMajority(chosen, members.outgoingVoters()));
    }

    private boolean isMajority(Survivor chosen, List<Long> voters) {
        long here = voters.stream()
                .map(id -> here(chosen.members(), id))
                .filter(voter -> voter != null && AS_IN_AN_ELECTION.compare(voter, chosen) <= 0)
                .count();
        return here > voters.size() / 2;
    }

    private @Nullable Survivor here(Membership members, long id) {
        Member member = Objects.requireNonNull(members.member(id));
        return all.stream()
                .filter(each -> each.isWhole() && each.isOf(member))
                .findFirst()
                .orElse(null);
    }

    /** Those who vote by that one's newest membership, and of whom no whole directory is here. */
    public List<Member> missingVoters(Survivor chosen) {
        Membership members = chosen.members();
        return members.members().stream()
                .filter(member ->
                        members.isVoter(member.id()) && member.isStarted() && here(members, member.id()) == null)
                .toList();
    }

    /** The highest index that any of them knows to be committed. */
    public long provenIndex() {
        Survivor knowing = knowing();
        return knowing == null ? 0 : knowing.committed();
    }

    /** The last index up to which that one holds, for certain, what was committed; at most {@link #provenIndex}. */
    public long holdsThrough(Survivor chosen) {
        Survivor knowing = Objects.requireNonNull(knowing(), "it is whole itself");
        long held = chosen.committed();
        long bound = Math.min(chosen.lastIndex(), knowing.committed());
        while (held < bound) {
            // Where two logs have an entry of one index and term they are equal up to it, so this can be halved.
            long middle = held + (bound - held + 1) / 2;
            if (isEqualAt(Math.max(middle, knowing.prevIndex()), chosen, knowing)) {
                held = middle;
            } else {
                bound = middle - 1;
            }
        }
        return held;
    }

    /**
     * The first index at which that one has another entry than the one that was committed, or none, for certain; behind
     * {@link #provenIndex} if there is no such entry. What lies before it and behind {@link #holdsThrough} cannot be told: who knows it
     * to be committed has only a snapshot of it.
     */
    public long lacksFrom(Survivor chosen) {
        Survivor knowing = Objects.requireNonNull(knowing(), "it is whole itself");
        return Math.max(holdsThrough(chosen), Math.min(chosen.lastIndex(), knowing.prevIndex() - 1)) + 1;
    }
}
