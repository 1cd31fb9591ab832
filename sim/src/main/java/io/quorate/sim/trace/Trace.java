package io.quorate.sim.trace;

import io.quorate.sim.core.Script;
import java.util.List;

/**
 * What a file holds.
 *
 * @param script runs it again
 * @param events in order; the last is {@link TraceKind#END}
 */
public record Trace(Script script, List<TraceEvent> events) {
    /** Of the run as it was recorded: what a replay must come to again. */
    public long hash() {
        return end().number(1);
    }

    private TraceEvent end() {
        return events.get(events.size() - 1);
    }

    /** The rule that was broken, "" when none was. */
    public String brokenRule() {
        return end().texts().isEmpty() ? "" : end().texts().get(0);
    }
}
