package io.quorate.node.internal;

import io.quorate.node.peer.HashMessage.Report;
import io.quorate.node.peer.HashMessage.Standing;
import io.quorate.raft.membership.Membership;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a leader was told of one milestone, and what follows from it. A majority is one of the voters, of both halves while the membership is
 * joint; what learners tell counts for nothing.
 */
final class ToldHashes {
    private final Map<Long, Report> reports = new TreeMap<>();

    void put(long member, Report report) {
        reports.put(member, report);
    }

    /**
     * The hash that a majority has come to by itself, or that all voters have, whoever gave it to them: an entry with that convicts none of
     * them. Null while there is none.
     */
    @Nullable
    Long agreed(Membership membership) {
        Set<Long> seen = new HashSet<>();
        for (Report report : reports.values()) {
            long hash = report.hash();
            if (report.standing() != Standing.NONE && seen.add(hash) && isAgreed(membership, hash)) {
                return hash;
            }
        }
        return null;
    }

    private boolean isAgreed(Membership membership, long hash) {
        return isMajority(membership, report -> report.standing() == Standing.OWN && report.hash() == hash)
                || all(membership, report -> report.standing() != Standing.NONE && report.hash() == hash);
    }

    /** Whether no majority can agree, since most know no hash: then those that know one lose nothing when all begin anew. */
    boolean isWithoutChain(Membership membership) {
        return isMajority(membership, report -> report.standing() == Standing.NONE);
    }

    /**
     * Whether voters differ, of which no majority agrees, and those that have not told will hardly do so any more.
     *
     * @param isPassed whether somebody has told of a later milestone
     */
    boolean isUndecided(Membership membership, boolean isPassed) {
        Set<Long> different = new HashSet<>();
        for (long voter : voters(membership)) {
            Report report = reports.get(voter);
            if (report != null && report.standing() != Standing.NONE) {
                different.add(report.hash());
            }
        }
        return different.size() > 1
                && agreed(membership) == null
                && (isPassed || all(membership, report -> true));
    }

    private boolean all(Membership membership, Predicate<Report> counts) {
        List<Long> voters = voters(membership);
        return count(voters, counts) == voters.size();
    }

    /** Of both halves, those that have started. */
    private static List<Long> voters(Membership membership) {
        return Stream.concat(membership.countedVoters().stream(), membership.outgoingVoters().stream())
                .distinct()
                .toList();
    }

    private boolean isMajority(Membership membership, Predicate<Report> counts) {
        return isMajority(membership.voters(), counts)
                && (!membership.isJoint() || isMajority(membership.outgoingVoters(), counts));
    }

    private boolean isMajority(List<Long> half, Predicate<Report> counts) {
        return count(half, counts) > half.size() / 2;
    }

    private int count(List<Long> voters, Predicate<Report> counts) {
        int counted = 0;
        for (long voter : voters) {
            Report report = reports.get(voter);
            counted += report != null && counts.test(report) ? 1 : 0;
        }
        return counted;
    }
}
