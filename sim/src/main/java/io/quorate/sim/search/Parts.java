package io.quorate.sim.search;

import java.util.HashMap;
import java.util.Map;

/** The parts of all worlds met so far, each once. Only ever asked for one, so the order of the table is nowhere seen. */
final class Parts {
    private record Key(long high, long low) {}

    private final Map<Key, Part> kept = new HashMap<>();

    /** This part, or the equal one that was met before. */
    Member keep(Member part) {
        return (Member) keepAny(part);
    }

    Letter keep(Letter part) {
        return (Letter) keepAny(part);
    }

    Facts keep(Facts part) {
        return (Facts) keepAny(part);
    }

    int size() {
        return kept.size();
    }

    private Part keepAny(Part part) {
        Digest digest = part.digest(Permutation.ALL.get(0));
        Key key = new Key(digest.high(), digest.low());
        Part before = kept.get(key);
        if (before != null) {
            return before;
        }
        part.keep(kept.size());
        kept.put(key, part);
        return part;
    }
}
