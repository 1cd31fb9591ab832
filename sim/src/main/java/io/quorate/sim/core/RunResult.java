package io.quorate.sim.core;

import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param events messages delivered or lost, disk operations finished, requests and answers of clients, timers that changed
 *     something
 * @param hash of all that happened, in order: equal scripts have equal hashes
 * @param virtualNanos how long it lasted inside
 * @param violation what did not hold, null when all is well
 */
public record RunResult(
        Script script,
        long events,
        long hash,
        long virtualNanos,
        Ledger ledger,
        @Nullable Violation violation) {
    public boolean passed() {
        return violation == null;
    }

    /** The line that a run ends with. */
    public String line() {
        return "seed=" + script.seed() + " profile=" + script.profile().text() + " events=" + events + " hash="
                + hex(hash);
    }

    private static String hex(long number) {
        String digits = Long.toHexString(number);
        return "0".repeat(16 - digits.length()) + digits;
    }
}
