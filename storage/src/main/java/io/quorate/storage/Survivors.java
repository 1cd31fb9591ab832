package io.quorate.storage;

import io.quorate.node.port.Identity;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The directories of one cluster that can still be reached, and what can be said for certain of those that cannot.
 *
 * <p>The safest is the one that would win an election among them (paper section 5.4.1): the last entry of the highest term, then
 * the highest index. It holds every entry that any of them knows to be committed. Where the whole ones are a majority of its
 * newest membership, of both halves while that is joint, it holds every entry that was ever committed: its member could be
 * elected by them, and a leader has them all (leader completeness). Else entries behind {@link #provenIndex} may have been
 * committed by members that are not here, and be missing or replaced.
 *
 * <p>A witness's directory is asked like any other, and is never gone on from: what its entries say it does not hold. Where it would not vote
 * for the safest one, some entry is known to it whose content is in none of these directories.
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

    /** Empty where none is whole, or none but witnesses'. Of two that are equal the one that was named first. */
    public Optional<Survivor> safest() {
        return all.stream()
                .filter(Survivor::holdsState)
                .reduce((best, next) -> AS_IN_AN_ELECTION.compare(next, best) > 0 ? next : best);
    }

    /**
     * Whether they are a majority of that one's newest membership. Then it misses nothing that was committed if it is the safest,
     * and their members can go on by themselves.
     */
    public boolean isQuorumOf(Survivor chosen) {
        Membership members = chosen.members();
        return isMajority(chosen, members.countedVoters())
                && (!members.isJoint() || isMajority(chosen, members.outgoingVoters()));
    }

    /** Those who would vote for it. */
    private boolean isMajority(Survivor chosen, List<Long> voters) {
        List<Survivor> ahead = witnessesAhead(chosen);
        long here = voters.stream()
                .map(id -> Objects.requireNonNull(chosen.members().member(id)))
                .filter(member -> all.stream()
                        .anyMatch(each -> each.isWhole() && each.isOf(member) && !ahead.contains(each)))
                .count();
        return here > voters.size() / 2;
    }

    private boolean isHere(Membership members, long id) {
        Member member = Objects.requireNonNull(members.member(id));
        return all.stream().anyMatch(each -> each.isWhole() && each.isOf(member));
    }

    /** Those who vote by that one's newest membership, and of whom no whole directory is here. */
    public List<Member> missingVoters(Survivor chosen) {
        Membership members = chosen.members();
        return members.members().stream()
                .filter(member -> members.isVoter(member.id()) && member.isStarted() && !isHere(members, member.id()))
                .toList();
    }

    /** Of witnesses those that would refuse that one their vote: they know of entries that it does not hold. */
    public List<Survivor> witnessesAhead(Survivor chosen) {
        return all.stream()
                .filter(each -> each.isWhole() && each.witness() && AS_IN_AN_ELECTION.compare(each, chosen) > 0)
                .toList();
    }

    /**
     * The highest index that any of them knows to be committed. The safest one holds every entry up to it, unless a witness is ahead of it.
     */
    public long provenIndex() {
        return all.stream().mapToLong(Survivor::committed).max().orElse(0);
    }

    /** The same of those that hold state: the safest one holds every entry up to there in any case. */
    public long heldIndex() {
        return all.stream()
                .filter(Survivor::holdsState)
                .mapToLong(Survivor::committed)
                .max()
                .orElse(0);
    }
}
