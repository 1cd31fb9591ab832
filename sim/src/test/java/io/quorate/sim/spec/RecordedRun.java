package io.quorate.sim.spec;

import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The short run of a seed, written down. As a function it is called across class loaders, so its words are the JDK's: a seed
 * gives the highest term, the rule broken or nothing, and the events as text.
 */
public final class RecordedRun implements Function<Long, List<String>> {
    /** Called by reflection. */
    public RecordedRun() {}

    /** @param brokenRule name of it, "" for none */
    record Recorded(List<TraceEvent> events, long highestTerm, String brokenRule) {}

    static Recorded of(long seed) {
        Script script = ShortScripts.of(seed);
        TraceRecorder recorder = new TraceRecorder(ShortScripts.MEMBERS, script.endNanos());
        RunResult result = CoreSimulation.run(script, recorder);
        String broken = result.violation() == null ? "" : result.violation().rule();
        return new Recorded(recorder.events(), recorder.highestTerm(), broken);
    }

    @Override
    public List<String> apply(Long seed) {
        Recorded recorded = of(seed);
        List<String> words = new ArrayList<>(List.of(Long.toString(recorded.highestTerm()), recorded.brokenRule()));
        words.addAll(TraceEvent.lines(recorded.events()));
        return words;
    }
}
