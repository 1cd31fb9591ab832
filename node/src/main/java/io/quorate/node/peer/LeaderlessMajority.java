package io.quorate.node.peer;

import io.quorate.raft.membership.Membership;
import java.util.List;

/** Whether a majority of the voters (of both halves, while joint) is connected and knows no leader. */
final class LeaderlessMajority {
    private boolean held;

    boolean holds(Membership members, long self, List<PeerSession> sessions) {
        return members.isVoter(self)
                && holds(members.voters(), self, sessions)
                && (!members.isJoint() || holds(members.outgoingVoters(), self, sessions));
    }

    private static boolean holds(List<Long> voters, long self, List<PeerSession> sessions) {
        int without = voters.contains(self) ? 1 : 0;
        for (PeerSession session : sessions) {
            if (session.isConnected() && !session.knowsLeader && voters.contains(session.id())) {
                without++;
            }
        }
        return without > voters.size() / 2;
    }

    /** @return true once for each time that it begins to hold */
    boolean begins(boolean holdsNow) {
        boolean begins = holdsNow && !held;
        held = holdsNow;
        return begins;
    }
}
