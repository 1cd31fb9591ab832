package io.quorate.sim.node;

import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftEvent.TransferCause;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.Mark;
import java.util.List;

/** Notices the rare states of changes and of leadership among whole members. */
final class NodeMarks {
    private NodeMarks() {}

    static void drained(NodeWorld world, List<RaftEvent> events, Raft raft) {
        for (RaftEvent event : events) {
            if (event instanceof RaftEvent.MembershipCommitted at && at.joint()) {
                world.ledger.hit(Mark.CHANGE_BY_BOTH_HALVES);
            } else if (event instanceof RaftEvent.MembershipCommitted) {
                settled(world, raft.membership());
            } else if (event instanceof RaftEvent.TransferBegan began && began.cause() == TransferCause.SICK) {
                world.ledger.hit(Mark.MEASURED_SICK);
            } else if (event instanceof RaftEvent.TransferBegan began && began.cause() == TransferCause.FAULTY) {
                world.ledger.hit(Mark.FAULTY_HANDED_OVER);
            }
        }
    }

    private static void settled(NodeWorld world, Membership membership) {
        for (Member each : membership.members()) {
            boolean isSpare = each.id() > world.script.members();
            if (isSpare && each.isStarted()) {
                world.ledger.hit(Mark.MEMBER_JOINED);
            }
            if (isSpare && membership.isVoter(each.id()) && each.isStarted()) {
                world.ledger.hit(Mark.MEMBER_BECAME_VOTER);
            }
        }
    }
}
