package io.quorate.sim.search;

import java.util.HashMap;
import java.util.Map;

/**
 * The turns taken so far. What a member does depends on nothing but its own state and what it is told, so each turn is taken
 * once, however many worlds it occurs in; and those are hundreds for each. Only ever asked for one.
 */
final class Turns {
    private record Key(Member member, Step step) {}

    private final Cluster cluster;
    private final Map<Key, Outcome> taken = new HashMap<>();

    Turns(Cluster cluster) {
        this.cluster = cluster;
    }

    Outcome take(Member member, Step step) {
        Step seen = step.asSeenByMember();
        Key key = new Key(member, seen);
        Outcome known = taken.get(key);
        if (known == null) {
            Turn turn = new Turn(cluster, member);
            seen.take(turn);
            known = turn.outcome();
            taken.put(key, known);
        }
        return known;
    }
}
