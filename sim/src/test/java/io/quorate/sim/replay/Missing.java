package io.quorate.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Assumptions;

/** A program that a test needs, and that this computer does not have. */
final class Missing {
    private Missing() {}

    /** The test counts as skipped, or as failed where everything must be there. */
    static void skip(String why, String mend) {
        assertThat(System.getenv("CI")).as("%s: %s", why, mend).isNotEqualTo("true");
        Assumptions.abort(String.format(Locale.ROOT, "%s: %s", why, mend));
    }
}
