package io.quorate.node;

import io.quorate.raft.RoleName;
import io.quorate.raft.membership.Member;
import org.jspecify.annotations.Nullable;

/**
 * Who leads, as this member sees it.
 *
 * @param role this member's own
 * @param term its current term
 * @param leader the leader of that term, or null when it knows none
 */
public record Leadership(RoleName role, long term, @Nullable Member leader) {
    /** Whether this member leads. */
    public boolean isLeader() {
        return role == RoleName.LEADER;
    }
}
