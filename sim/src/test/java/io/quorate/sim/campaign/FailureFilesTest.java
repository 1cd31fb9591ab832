package io.quorate.sim.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Swarm;
import io.quorate.sim.core.Violation;
import io.quorate.sim.trace.Trace;
import io.quorate.sim.trace.TraceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureFilesTest {
    /** Real runs, in which it counts as a broken rule that an entry is applied in the second term or later. */
    private static final Simulator PLANTED = new Simulator(
            Profile.CORE,
            Swarm::core,
            (script, listener) -> CoreSimulation.run(script, happening -> {
                listener.happened(happening);
                if (happening instanceof Happening.Applied applied && applied.term() > 1) {
                    throw new Violation("PLANTED", "term " + applied.term());
                }
            }));

    private static RunResult failing() {
        long seed = 1;
        while (PLANTED.run(seed).passed()) {
            seed++;
        }
        return PLANTED.run(seed);
    }

    @Test
    void theTraceHoldsTheReducedRunAndTheStoryTellsIt(@TempDir Path folder) throws IOException {
        RunResult failing = failing();
        FailureFiles files = FailureFiles.write(PLANTED, failing, folder.resolve("new"), 2_000);
        Trace trace = TraceReader.read(Files.readAllBytes(files.trace()));
        assertThat(trace.brokenRule()).isEqualTo("PLANTED");
        assertThat(trace.script().seed()).isEqualTo(failing.script().seed());
        assertThat(trace.script().workload().size())
                .isLessThanOrEqualTo(failing.script().workload().size());
        RunResult again = PLANTED.run(trace.script(), RunListener.NONE);
        assertThat(again.hash()).isEqualTo(trace.hash());
        assertThat(again.violation()).isNotNull();
        assertThat(Files.readAllLines(files.story()))
                .contains(
                        "# Again: ./quorate sim replay " + files.trace(),
                        "# Again: " + failing.script().replayLine());
    }

    @Test
    void theSameFailureLeavesTheSameFiles(@TempDir Path folder) throws IOException {
        FailureFiles one = FailureFiles.write(PLANTED, failing(), folder, 200);
        byte[] trace = Files.readAllBytes(one.trace());
        FailureFiles two = FailureFiles.write(PLANTED, failing(), folder, 200);
        assertThat(two.trace()).isEqualTo(one.trace());
        assertThat(Files.readAllBytes(two.trace())).isEqualTo(trace);
    }
}
