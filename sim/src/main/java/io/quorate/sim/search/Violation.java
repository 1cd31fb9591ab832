package io.quorate.sim.search;

import java.util.List;

/**
 * A rule that was broken, and how to get there.
 *
 * @param rule name of an {@link io.quorate.raft.Invariant}, of the cluster, or of the exception of a core that refused
 * @param sentence what should be true
 * @param steps from the empty cluster on, in order, each with what became of the member that took it; after what the bounds
 *     set up there is no shorter list
 */
public record Violation(String rule, String sentence, List<String> steps) {
    public Violation {
        steps = List.copyOf(steps);
    }

    @Override
    public String toString() {
        return rule + ": " + sentence + "\n" + String.join("\n", steps);
    }
}
