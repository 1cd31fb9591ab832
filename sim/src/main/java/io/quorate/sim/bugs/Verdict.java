package io.quorate.sim.bugs;

import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Violation;

/**
 * How a run ended.
 *
 * @param rule name of the broken one, or {@link #PASSED}, or {@link #SIMULATOR_FAILED}
 * @param events that it took
 * @param detail in words, one line or more
 */
record Verdict(String rule, long events, String detail) {
    static final String PASSED = "PASSED";

    /** Not a rule that a bug could be caught by: the simulator itself stumbled over it. */
    static final String SIMULATOR_FAILED = "SIMULATOR_FAILED";

    static Verdict of(RunResult result) {
        Violation violation = result.violation();
        return violation == null
                ? new Verdict(PASSED, result.events(), "")
                : new Verdict(violation.rule(), result.events(), String.valueOf(violation.getMessage()));
    }

    String line() {
        return rule + ' ' + events + ' ' + detail;
    }

    static Verdict parse(String line) {
        String[] parts = line.split(" ", 3);
        return new Verdict(parts[0], Long.parseLong(parts[1]), parts[2]);
    }
}
