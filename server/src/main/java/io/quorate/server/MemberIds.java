package io.quorate.server;

import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.server.options.InitialMember;
import io.quorate.server.options.ServerOptions;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The ids that follow from a member's options.
 *
 * @param cluster unsigned
 * @param self this member's, unsigned
 * @param token of the cluster
 */
public record MemberIds(long cluster, long self, String token) {
    public static MemberIds of(ServerOptions options) {
        String token = options.initialClusterToken();
        List<Long> all = options.initialCluster().stream()
                .map(member -> ClusterIds.memberId(member.peerUrlTexts(), token))
                .toList();
        InitialMember self = options.initialCluster().stream()
                .filter(member -> member.name().equals(options.name()))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("the options were not checked"));
        return new MemberIds(ClusterIds.clusterId(all), ClusterIds.memberId(self.peerUrlTexts(), token), token);
    }

    /** All first members, none of them started yet. */
    public Membership members(ServerOptions options) {
        return Membership.ofVoters(options.initialCluster().stream()
                .map(member -> new Member(of(member), 0, member.name(), member.peerUrlTexts()))
                .toList());
    }

    long of(InitialMember member) {
        return ClusterIds.memberId(member.peerUrlTexts(), token);
    }
}
