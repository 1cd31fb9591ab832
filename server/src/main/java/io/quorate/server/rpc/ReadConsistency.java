package io.quorate.server.rpc;

import io.quorate.node.Consistency;
import io.quorate.node.RaftException;
import java.time.Duration;

/**
 * What a read may see, as clients write it in the metadata {@code quorate-consistency}: {@code linearizable}, {@code lease}, {@code
 * at-least=INDEX}, {@code within=MILLIS} or {@code local}.
 */
final class ReadConsistency {
    private static final String AT_LEAST = "at-least=";
    private static final String WITHIN = "within=";

    private ReadConsistency() {}

    /** @throws IllegalArgumentException saying what can be written */
    static Consistency of(String text) {
        try {
            if (text.startsWith(AT_LEAST)) {
                return Consistency.atLeast(Long.parseLong(text.substring(AT_LEAST.length())));
            }
            if (text.startsWith(WITHIN)) {
                return Consistency.within(Duration.ofMillis(Long.parseLong(text.substring(WITHIN.length()))));
            }
        } catch (NumberFormatException | RaftException e) {
            throw new IllegalArgumentException("quorate-consistency: " + text + ": " + e.getMessage(), e);
        }
        return switch (text) {
            case "linearizable" -> Consistency.LINEARIZABLE;
            case "lease" -> Consistency.LEASE;
            case "local" -> Consistency.LOCAL;
            default ->
                throw new IllegalArgumentException("quorate-consistency: " + text
                        + ": write linearizable, lease, at-least=INDEX, within=MILLIS or local");
        };
    }
}
