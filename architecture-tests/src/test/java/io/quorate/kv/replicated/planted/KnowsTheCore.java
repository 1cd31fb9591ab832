package io.quorate.kv.replicated.planted;

import io.quorate.raft.Raft;

/** Breaks the rule that the replicated store knows only the ports. */
public final class KnowsTheCore {
    public Class<?> core() {
        return Raft.class;
    }
}
