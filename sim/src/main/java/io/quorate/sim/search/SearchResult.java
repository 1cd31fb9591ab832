package io.quorate.sim.search;

import org.jspecify.annotations.Nullable;

/**
 * What a search found.
 *
 * @param states distinct worlds, members' names aside
 * @param transitions steps taken, also those to worlds that were known
 * @param depth steps to the deepest world found
 * @param completeDepth every world in at most so many steps was found
 * @param isExhausted whether there is nothing more within the bounds; else the limit, or a violation, ended it
 * @param violation null when every rule held
 */
public record SearchResult(
        long states,
        long transitions,
        int depth,
        int completeDepth,
        boolean isExhausted,
        @Nullable Violation violation) {
    @Override
    public String toString() {
        String end =
                isExhausted ? "explored to the end" : "stopped at " + states + ", complete to depth " + completeDepth;
        return states + " distinct states, " + transitions + " transitions, depth " + depth + ", "
                + (violation == null ? end : "violation of " + violation);
    }
}
