package io.quorate.node;

import io.quorate.node.port.Versions;
import io.quorate.raft.RoleName;
import io.quorate.raft.membership.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one member at one moment.
 *
 * @param memberId unsigned
 * @param clusterId unsigned
 * @param versions that this member's build speaks; the cluster version is that of the membership
 * @param term currentTerm
 * @param votedFor member id, 0 for nobody
 * @param leader member id, 0 for unknown
 * @param firstIndex first entry that the log still holds
 * @param lastIndex last entry of the log; firstIndex - 1 when it is empty
 * @param lastTerm term of the last entry
 * @param persistedIndex last entry that is durable here
 * @param lostThrough while this member gets back what it lost to damage, and does not vote: the entry up to which it must have all
 *     again; else 0
 * @param appliedIndex last entry that the state machine has
 * @param membership the newest in the log
 * @param snapshots what this member does with snapshots
 * @param stateHash how its state compares with the others'
 * @param peers all other members, by rising unsigned id
 * @param waitingFor names of the members that the first start waits for; empty once the cluster exists
 * @param inFlightBytes bytes of waiting proposals and of entries not yet persisted, applied and sent
 * @param pendingProposals proposals that are not yet decided
 * @param pendingReads reads that are not yet served
 * @param lateTurns turns of the loop that came more than {@link RaftOptions#lateTurnMillis()} late
 * @param latestTurnNanos the longest such delay
 * @param sickness why this member calls itself sick (see {@link RaftOptions#slowWorkMillis()}), the end of a sentence that begins
 *     with it; null while it is fit
 * @param failure why the node stopped, or null while it runs
 */
public record NodeStatus(
        String name,
        long memberId,
        long clusterId,
        Versions versions,
        RoleName role,
        long term,
        long votedFor,
        long leader,
        long firstIndex,
        long lastIndex,
        long lastTerm,
        long commitIndex,
        long persistedIndex,
        long lostThrough,
        long appliedIndex,
        Membership membership,
        SnapshotStatus snapshots,
        StateHashStatus stateHash,
        List<PeerStatus> peers,
        List<String> waitingFor,
        long inFlightBytes,
        int pendingProposals,
        int pendingReads,
        long lateTurns,
        long latestTurnNanos,
        @Nullable String sickness,
        @Nullable String failure) {
    public NodeStatus {
        peers = List.copyOf(peers);
        waitingFor = List.copyOf(waitingFor);
    }
}
