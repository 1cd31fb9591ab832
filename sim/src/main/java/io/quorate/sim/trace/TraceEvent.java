package io.quorate.sim.trace;

import java.util.List;

/**
 * One event of a trace. Which number and which text means what depends on the kind; a later build may append more.
 *
 * @param atNanos virtual time
 */
public record TraceEvent(TraceKind kind, long atNanos, List<Long> numbers, List<String> texts) {
    public TraceEvent {
        numbers = List.copyOf(numbers);
        texts = List.copyOf(texts);
    }

    public long number(int place) {
        return numbers.get(place);
    }
}
