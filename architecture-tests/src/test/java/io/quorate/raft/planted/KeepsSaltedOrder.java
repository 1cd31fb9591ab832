package io.quorate.raft.planted;

import java.util.Set;

/** Breaks the rule against sets whose order each JVM draws anew. */
public final class KeepsSaltedOrder {
    public Set<String> members() {
        return Set.of("n1", "n2", "n3");
    }
}
