package io.quorate.raft;

import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.ChangeRules;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a leader changes the membership (paper section 6, thesis chapter 4). It holds no state: whether a change is under way, and
 * what comes next, stands in the log. So a new leader goes on where the last one stopped.
 *
 * <pre>
 *   plain, committed ---- change, those who count stay ----------------------------&gt; plain, committed
 *                    ---- change ----&gt; joint ---- committed: second half ----------&gt; plain, committed
 *                    ---- a joining learner has caught up ----&gt; joint ---- ... ----&gt; plain, committed
 * </pre>
 */
final class Reconfiguration {
    private final Raft raft;
    private final Leader leader;

    Reconfiguration(Raft raft, Leader leader) {
        this.raft = raft;
        this.leader = leader;
    }

    /** @return null when {@link #begin} may be called */
    @Nullable
    ChangeRefusal refusal(long expectedIndex, Membership target) {
        if (raft.commitIndex() < leader.termStartIndex()) {
            return ChangeRefusal.TERM_NOT_STARTED;
        }
        if (leader.isTransferring()) {
            return ChangeRefusal.TRANSFERRING;
        }
        if (isUnderWay()) {
            return ChangeRefusal.CHANGE_UNDER_WAY;
        }
        if (expectedIndex != raft.membershipIndex()) {
            return ChangeRefusal.CHANGED_MEANWHILE;
        }
        ChangeRefusal refusal = ChangeRules.refusal(raft.membership(), target);
        return refusal != null ? refusal : refusalOfVoters(next(target));
    }

    private boolean isUnderWay() {
        return raft.membership().isJoint() || raft.membershipIndex() > raft.commitIndex();
    }

    /** What only a leader knows: how far the others are, and whether they answer. */
    private @Nullable ChangeRefusal refusalOfVoters(Membership next) {
        List<Long> now = raft.membership().countedVoters();
        List<Long> then = next.countedVoters();
        for (long id : then) {
            if (!now.contains(id) && !leader.isCaughtUp(id)) {
                return ChangeRefusal.LEARNER_LAGS;
            }
        }
        // Not asked of a change that leaves the voters alone: what can be committed now can be committed then.
        if (next.isJoint() && then.stream().filter(leader::answers).count() <= then.size() / 2) {
            return ChangeRefusal.NO_QUORUM;
        }
        return raft.hasRoomFor(LogCursor.bytesOf(next)) ? null : ChangeRefusal.OVERLOADED;
    }

    private Membership next(Membership target) {
        return raft.membership().next(target, raft.lastIndex() + 1);
    }

    void begin(Membership target) {
        raft.appendMembership(next(target));
    }

    /** What the committed membership asks for: its second half, the place of a joining learner, another leader. */
    void goOn() {
        if (raft.commitIndex() < leader.termStartIndex() || raft.membershipIndex() > raft.commitIndex()) {
            return;
        }
        Membership membership = raft.membership();
        if (membership.isJoint()) {
            raft.appendMembership(membership.secondHalf(raft.lastIndex() + 1));
        } else if (!membership.isVoter(raft.config().self())) {
            leader.handOver(RaftEvent.TransferCause.REMOVED);
        } else if (!membership.joining().isEmpty()) {
            promote(membership);
        }
    }

    private void promote(Membership membership) {
        List<Long> ready = new ArrayList<>();
        for (long id : membership.joining()) {
            Member member = membership.member(id);
            if (member != null && member.isStarted() && leader.isCaughtUp(id)) {
                ready.add(id);
            }
        }
        Membership target = membership.promoting(ready);
        if (!ready.isEmpty() && refusalOfVoters(next(target)) == null) {
            begin(target);
        }
    }
}
