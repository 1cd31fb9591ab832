package io.quorate.sim.campaign;

import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunResult;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign has done, up to its end or up to now.
 *
 * @param firstSeed of seeds that follow each other
 * @param runs as many seeds were run, a failed one too
 * @param failure the first seed that broke a rule, null while none has
 */
public record Outcome(
        Profile profile,
        long firstSeed,
        long runs,
        Ledger ledger,
        @Nullable RunResult failure) {
    /** The last seed that was run; one less than the first when none was. */
    public long lastSeed() {
        return firstSeed + runs - 1;
    }

    /** No rule was broken, and every kind of fault that was planned did something. */
    public boolean passed() {
        return failure == null && ledger.neverFired().isEmpty();
    }
}
