package io.quorate.raft.planted;

import io.quorate.node.port.Clock;

/** Breaks the arrows: the core knows nobody. */
public final class KnowsTheDriver {
    public Class<?> driver() {
        return Clock.class;
    }
}
