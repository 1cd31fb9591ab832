package io.quorate.raft.membership;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What two memberships alone say about a change from one to the other. */
public final class ChangeRules {
    private ChangeRules() {}

    /**
     * @param current not joint
     * @param target not joint
     * @return null when the memberships have nothing against it
     */
    public static @Nullable ChangeRefusal refusal(Membership current, Membership target) {
        if (isSame(current, target)) {
            return ChangeRefusal.NO_CHANGE;
        }
        if (target.version() < current.version()) {
            return ChangeRefusal.VERSION_FALLS;
        }
        if (target.members().stream().anyMatch(member -> current.removed().contains(member.id()))) {
            return ChangeRefusal.ID_USED_BEFORE;
        }
        if (isClaimedTwice(current, target)) {
            return ChangeRefusal.INCARNATION_CLAIMED;
        }
        if (hasAddressTwice(target)) {
            return ChangeRefusal.ADDRESS_TAKEN;
        }
        for (long id : target.voters()) {
            boolean isLearner = current.contains(id) && !current.isVoter(id);
            if (isLearner && !target.isStarted(id)) {
                return ChangeRefusal.NOT_STARTED;
            }
        }
        return current.next(target, current.index() + 1).countedVoters().isEmpty() ? ChangeRefusal.NO_VOTER_LEFT : null;
    }

    private static boolean isSame(Membership current, Membership target) {
        return current.members().equals(target.members())
                && current.voters().equals(target.voters())
                && current.joining().equals(target.joining())
                && current.lease().equals(target.lease())
                && current.version() == target.version();
    }

    /** An incarnation once told stays, and is nobody else's: a directory that was lost does not come back under its id. */
    private static boolean isClaimedTwice(Membership current, Membership target) {
        for (Member member : target.members()) {
            Member before = current.member(member.id());
            if (before != null && before.isStarted() && before.incarnation() != member.incarnation()) {
                return true;
            }
            boolean isShared = member.isStarted()
                    && target.members().stream()
                            .anyMatch(
                                    other -> other.id() != member.id() && other.incarnation() == member.incarnation());
            if (isShared) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasAddressTwice(Membership target) {
        List<String> all = target.members().stream()
                .flatMap(member -> member.peerUrls().stream().distinct())
                .toList();
        return all.stream().distinct().count() < all.size();
    }
}
