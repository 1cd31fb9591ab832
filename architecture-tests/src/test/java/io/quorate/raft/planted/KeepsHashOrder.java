package io.quorate.raft.planted;

import java.util.HashMap;
import java.util.Map;

/** Breaks the rule against hash tables. */
public final class KeepsHashOrder {
    private final Map<String, Integer> votes = new HashMap<>();

    public Map<String, Integer> votes() {
        return votes;
    }
}
