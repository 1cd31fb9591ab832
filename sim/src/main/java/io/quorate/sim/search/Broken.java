package io.quorate.sim.search;

import org.jspecify.annotations.Nullable;

/** A rule that does not hold, by name and sentence. */
record Broken(String rule, String sentence) {
    /** The first one that this moment breaks, or null: those of the member alone before those of the cluster. */
    static @Nullable Broken in(Moment moment) {
        Outcome turn = moment.turn();
        if (turn == null) {
            return null;
        }
        if (turn.broken() != null) {
            return turn.broken();
        }
        for (ClusterRule rule : ClusterRule.ALL) {
            if (!rule.holds(turn, moment.before(), moment.after())) {
                return new Broken(rule.name(), rule.sentence());
            }
        }
        return null;
    }

    /** A core that throws in a world without damage has found a contradiction itself. */
    static Broken by(RuntimeException refused) {
        return new Broken(refused.getClass().getSimpleName(), String.valueOf(refused.getMessage()));
    }
}
