package io.quorate.sim.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
final class CoreTracesTest {
    @Test
    void runsAreBehaviours() throws Exception {
        int count = Integer.getInteger("traces", 10);
        List<List<TraceEvent>> runs = new ArrayList<>();
        long highest = 1;
        java.util.Map<String, Integer> stat = new java.util.TreeMap<>();
        for (long seed = 1; runs.size() < count; seed++) {
            Script script = ShortScripts.of(seed);
            TraceRecorder recorder = new TraceRecorder(ShortScripts.MEMBERS, script.endNanos());
            RunResult result = CoreSimulation.run(script, recorder);
            if (recorder.highestTerm() < 2) {
                continue;
            }
            recorder.events().forEach(e -> stat.merge(e.text("kind"), 1, Integer::sum));
            System.out.println(seed + " " + recorder.events().size() + " " + recorder.highestTerm() + " "
                    + result.violation());
            runs.add(recorder.events());
            highest = Math.max(highest, recorder.highestTerm());
        }
        System.out.println(stat);
        if (Boolean.getBoolean("stop")) {
            return;
        }
        Set<Integer> accepted = TraceRuns.accepted(Tlc.folder("Core"), List.of("1", "2", "3"), highest, runs);
        System.out.println(accepted);
        assertThat(accepted).hasSize(count);
    }
}
