package io.quorate.testkit;

import io.quorate.sim.core.Violation;
import io.quorate.sim.node.NodeRule;
import java.util.function.Supplier;

/** What must hold of a user's state machine, beside the {@link NodeRule}s. */
enum Check {
    ANSWERS_EVERYTHING("a state machine answers every command and read: with a value, and with no exception"),
    REPLAYS("a new state machine that gets the same commands gives the same results"),
    SAME_IN_ANOTHER_JVM("another JVM gives the same results"),
    ACKNOWLEDGED_IS_APPLIED("what a client was told done was applied, with the result that it was told"),
    REFUSED_NEVER_HAPPENED("what a client was told refused was never applied"),
    LINEARIZABLE("there is one order of all requests in which the model gives the answers that clients saw");

    private final String sentence;

    Check(String sentence) {
        this.sentence = sentence;
    }

    /** @throws Violation if it does not hold; {@code detail} is only made then */
    void require(boolean holds, Supplier<String> detail) {
        if (!holds) {
            throw broken(detail.get());
        }
    }

    Violation broken(String detail) {
        return new Violation(name(), detail);
    }

    /** What the rule of that name demands. */
    static String sentence(String rule) {
        for (Check check : values()) {
            if (check.name().equals(rule)) {
                return check.sentence;
            }
        }
        return NodeRule.valueOf(rule).sentence();
    }
}
