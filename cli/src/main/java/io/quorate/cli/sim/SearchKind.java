package io.quorate.cli.sim;

import io.quorate.sim.search.Allowance;
import io.quorate.sim.search.SearchBounds;
import java.util.List;

/** What {@code --search} can try. */
enum SearchKind {
    /** The usual bounds from an empty cluster: more than any computer comes to the end of. */
    USUAL(List.of(SearchBounds.usual())),
    /** The same from a cluster that has a leader. */
    LEADER(List.of(SearchBounds.usual().fromLeader())),
    /** Bounds that are explored to the very end: a first election, the next one, writes, reads, and a crash around each. */
    SMALL(List.of(
            SearchBounds.ofTerms(1).allow(Allowance.TIMEOUT, 3),
            SearchBounds.ofTerms(1)
                    .allow(Allowance.TIMEOUT, 1)
                    .allow(Allowance.SILENCE, 1)
                    .guarded(),
            SearchBounds.ofTerms(1).allow(Allowance.PROPOSAL, 1).fromLeader(),
            SearchBounds.ofTerms(1).allow(Allowance.READ, 1).fromLeader(),
            SearchBounds.ofTerms(2).allow(Allowance.TIMEOUT, 2).fromLeader(),
            SearchBounds.ofTerms(2)
                    .allow(Allowance.TIMEOUT, 2)
                    .allow(Allowance.CRASH, 1)
                    .fromLeader()));

    private final List<SearchBounds> bounds;

    SearchKind(List<SearchBounds> bounds) {
        this.bounds = bounds;
    }

    List<SearchBounds> bounds() {
        return bounds;
    }

    /** Whether it fails unless it comes to the end. */
    boolean mustEnd() {
        return this == SMALL;
    }
}
