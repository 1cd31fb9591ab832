package io.quorate.cli.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.Running;
import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Swarm;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The command as a user types it. */
@Tag("process")
final class SimProcessTest {
    @Test
    void oneSeedEndsWithTheLineThatEveryJvmComesTo() {
        Running.Finished finished = Running.run(Checkout.quorate("sim", "--seed", "3", "--profile", "core"));
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        assertThat(finished.output().lines().reduce("", (before, line) -> line))
                .isEqualTo(CoreSimulation.run(Swarm.core(3)).line());
    }

    @Test
    void ctrlCTellsWhatWasDone() throws IOException, InterruptedException {
        try (Running running =
                Running.start(Running.withInterrupts(Checkout.quorate("sim", "--seed", "1", "--minutes", "60")))) {
            running.awaitLine("^simulating; Ctrl-C ends it");
            interrupt(running);
            running.awaitLine("^profile core, seeds (none|1–\\d+): \\d+ runs");
            running.awaitLine("^simulated .* and then interrupted$");
            assertThat(running.awaitEnd()).isEqualTo(130);
        }
    }

    private static void interrupt(Running running) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-INT", Long.toString(running.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
