package io.quorate.server.rpc;

import io.quorate.node.NodeStatus;
import io.quorate.node.PeerStatus;
import io.quorate.raft.membership.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * etcd's strict check of a change: the voters that have started must be a majority after it, and the cluster healthy now. It is
 * stricter than what keeps the cluster safe, and clients know its texts. Here a voter that has not started counts in no quorum.
 */
final class StartedVoters {
    private final NodeStatus status;
    private final Membership membership;

    StartedVoters(NodeStatus status) {
        this.status = status;
        this.membership = status.membership();
    }

    /** @return null when a voter may be added */
    @Nullable
    EtcdError refusalOfAdding(boolean learner) {
        if (!learner) {
            int after = membership.voters().size() + 1;
            int started = membership.countedVoters().size();
            // From one member to two: else a cluster of one could never grow.
            boolean isSecond = started == 1 && after == 2;
            if (!isSecond && started < after / 2 + 1) {
                return EtcdError.NOT_ENOUGH_STARTED;
            }
        }
        return membership.voters().stream().allMatch(this::isConnected) ? null : EtcdError.UNHEALTHY;
    }

    /** @return null when that member may be removed */
    @Nullable
    EtcdError refusalOfRemoving(long id) {
        if (!membership.voters().contains(id)) {
            return null;
        }
        int after = membership.voters().size() - 1;
        long started =
                membership.countedVoters().stream().filter(voter -> voter != id).count();
        if (after == 0 || started < after / 2 + 1) {
            return EtcdError.NOT_ENOUGH_STARTED;
        }
        if (!isConnected(id)) {
            return null; // Who is down takes nothing away.
        }
        long connected = membership.voters().stream().filter(this::isConnected).count();
        return connected - 1 < after / 2 + 1 ? EtcdError.UNHEALTHY : null;
    }

    /** @return null when a learner may be promoted, as far as the others are concerned */
    @Nullable
    EtcdError refusalOfPromoting() {
        int after = membership.voters().size() + 1;
        int started = membership.countedVoters().size() + 1;
        return started < after / 2 + 1 ? EtcdError.NOT_ENOUGH_STARTED : null;
    }

    private boolean isConnected(long id) {
        if (id == status.memberId()) {
            return true;
        }
        List<PeerStatus> peers = status.peers();
        return peers.stream().anyMatch(peer -> peer.id() == id && peer.connected());
    }
}
