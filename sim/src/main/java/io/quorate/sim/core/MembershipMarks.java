package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftEvent.ElectionCause;
import io.quorate.raft.RaftEvent.TransferCause;
import io.quorate.raft.RoleName;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.Set;
import java.util.TreeSet;

/** Notices the rare states of changes, transfers and snapshots. */
final class MembershipMarks {
    private final CoreWorld world;

    /** By member: what it decided by when it was looked at last; and the term in which it was told to campaign. */
    private final Membership[] before;

    private final long[] toldToCampaign;
    private final Set<Long> fetchedBefore = new TreeSet<>();

    /** By member: the term in which it was offered the snapshot that it fetches. */
    private final long[] offeredIn;

    private long transferTo;
    private long transferTerm;

    MembershipMarks(CoreWorld world) {
        this.world = world;
        int processes = world.script.processes();
        before = new Membership[processes];
        java.util.Arrays.fill(before, Membership.NONE);
        toldToCampaign = new long[processes];
        offeredIn = new long[processes];
    }

    private void hitIf(boolean holds, Mark mark) {
        if (holds) {
            world.ledger.hit(mark);
        }
    }

    // ---- events

    void event(CoreMember member, RaftEvent event) {
        if (event instanceof RaftEvent.MembershipChanged changed) {
            changed(member, changed);
        } else if (event instanceof RaftEvent.LeaderElected elected) {
            elected(member, elected.term());
        } else if (event instanceof RaftEvent.ElectionTimedOut timedOut) {
            timedOut(member, timedOut);
        } else if (event instanceof RaftEvent.VoteGranted granted) {
            boolean isKnown = member.raft().membership().isVoter(granted.candidate());
            hitIf(!granted.preVote() && !isKnown, Mark.VOTED_FOR_A_STRANGER);
        } else if (event instanceof RaftEvent.TransferBegan began) {
            transferTo = began.to();
            transferTerm = began.term();
            hitIf(began.cause() == TransferCause.REMOVED, Mark.LEADER_REMOVED);
            hitIf(began.cause() == TransferCause.SICK, Mark.SICK_LEADER_HANDED_OVER);
        } else if (event instanceof RaftEvent.TransferGivenUp) {
            hitIf(true, Mark.TRANSFER_GIVEN_UP);
        } else if (event instanceof RaftEvent.SnapshotOffered offered) {
            hitIf(true, Mark.SNAPSHOT_OFFERED);
            CoreMember follower = world.members.get((int) offered.follower() - 1);
            hitIf(follower.log().lastIndex() == 0, Mark.SNAPSHOT_FOR_NEWCOMER);
        }
    }

    private void changed(CoreMember member, RaftEvent.MembershipChanged event) {
        Membership old = before[member.number];
        Membership now = member.raft().membership();
        before[member.number] = now;
        hitIf(event.index() < old.index(), Mark.MEMBERSHIP_TRUNCATED);
        boolean isMade = member.raft().role() == RoleName.LEADER && event.index() > old.index();
        if (!isMade || now.index() != event.index()) {
            return;
        }
        hitIf(now.isJoint(), Mark.JOINT_ENTERED);
        boolean isSecondHalf = old.isJoint() && !now.isJoint();
        hitIf(isSecondHalf, Mark.JOINT_LEFT);
        hitIf(isSecondHalf && termOf(member, old) != member.raft().currentTerm(), Mark.JOINT_LEFT_BY_ANOTHER);
        for (Member each : now.members()) {
            Member known = old.member(each.id());
            boolean isPromoted = now.voters().contains(each.id()) && known != null && !old.isVoter(each.id());
            hitIf(isPromoted, Mark.LEARNER_PROMOTED);
            hitIf(isPromoted && old.joining().contains(each.id()), Mark.JOINED_BY_ITSELF);
            hitIf(known != null && !known.isStarted() && each.isStarted(), Mark.ENTRY_CLAIMED);
        }
        for (long gone : now.removed()) {
            boolean isNew = !old.removed().contains(gone);
            hitIf(isNew && !world.members.get((int) gone - 1).isUp(), Mark.REMOVED_WHILE_DOWN);
        }
    }

    /** Of the entry that told it, 0 where it is retained no more. */
    private static long termOf(CoreMember member, Membership told) {
        return Math.max(0, member.raft().termAt(told.index()));
    }

    private void elected(CoreMember member, long term) {
        Membership membership = member.raft().membership();
        hitIf(membership.isJoint(), Mark.ELECTED_IN_JOINT);
        hitIf(!membership.isVoter(member.id), Mark.ELECTED_WITHOUT_BEING_COUNTED);
        hitIf(toldToCampaign[member.number] == term, Mark.TRANSFER_TOOK);
        Member own = membership.member(member.id);
        boolean isPreferred =
                own != null && membership.members().stream().anyMatch(other -> other.priority() < own.priority());
        hitIf(isPreferred, Mark.PRIORITY_DECIDED);
        before[member.number] = membership;
    }

    private void timedOut(CoreMember member, RaftEvent.ElectionTimedOut event) {
        toldToCampaign[member.number] = event.cause() == ElectionCause.TRANSFER ? event.term() + 1 : 0;
        hitIf(
                world.checks.committedMembership().removed().contains(member.id)
                        && !world.checks.committedMembership().contains(member.id),
                Mark.REMOVED_CAMPAIGNED);
    }

    void receiving(CoreMember member, Message message) {
        boolean isOld = message instanceof Message.TimeoutNow now
                && now.term() < member.raft().currentTerm();
        hitIf(isOld, Mark.TRANSFER_OF_OLD_TERM);
    }

    void ending(CoreMember member) {
        CoreMember leader = world.leader();
        boolean isTarget =
                member.id == transferTo && leader != null && leader.raft().currentTerm() == transferTerm;
        hitIf(isTarget, Mark.TRANSFER_TARGET_ENDED);
        before[member.number] = Membership.NONE;
    }

    void refused(ChangeRefusal refusal) {
        switch (refusal) {
            case CHANGE_UNDER_WAY -> world.ledger.hit(Mark.CHANGE_UNDER_WAY_REFUSED);
            case CHANGED_MEANWHILE -> world.ledger.hit(Mark.CHANGED_MEANWHILE_REFUSED);
            case TERM_NOT_STARTED -> world.ledger.hit(Mark.CHANGE_TOO_EARLY_REFUSED);
            case LEARNER_LAGS -> world.ledger.hit(Mark.LAGGING_LEARNER_REFUSED);
            case NO_QUORUM -> world.ledger.hit(Mark.CHANGE_WITHOUT_QUORUM_REFUSED);
            case NO_VOTER_LEFT -> world.ledger.hit(Mark.LAST_VOTER_KEPT);
            case ID_USED_BEFORE -> world.ledger.hit(Mark.REMOVED_ID_REFUSED);
            default -> {}
        }
    }

    // ---- snapshots

    void fetches(CoreMember member, CoreMember source, Effects.SnapshotFetch offered) {
        hitIf(source.id != offered.leader(), Mark.SNAPSHOT_FROM_FOLLOWER);
        offeredIn[member.number] = offered.term();
    }

    void receiving(CoreMember member, SnapshotMark mark) {
        Raft raft = member.raft();
        long there = raft.termAt(mark.index());
        boolean isAhead = mark.index() > raft.commitIndex();
        hitIf(isAhead && there == mark.term(), Mark.SNAPSHOT_KEPT_LOG);
        hitIf(isAhead && there != mark.term(), Mark.SNAPSHOT_REPLACED_LOG);
        hitIf(isAhead && there != -1 && there != mark.term(), Mark.SNAPSHOT_OVER_CONFLICT);
        hitIf(isAhead && mark.membership().index() > raft.membershipIndex(), Mark.SNAPSHOT_WITH_NEWER_MEMBERSHIP);
        hitIf(raft.currentTerm() > offeredIn[member.number], Mark.SNAPSHOT_ACROSS_LEADERS);
    }

    void received(CoreMember member, SnapshotMark mark, boolean isTaken) {
        hitIf(!isTaken, Mark.SNAPSHOT_OF_NO_USE);
        hitIf(isTaken && !fetchedBefore.add(member.id), Mark.SNAPSHOT_AGAIN);
    }
}
