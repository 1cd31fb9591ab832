package io.quorate.raft.membership.planted;

import io.quorate.raft.Raft;

/** Breaks the rule that memberships are a leaf. */
public final class KnowsRaft {
    public Class<?> raft() {
        return Raft.class;
    }
}
