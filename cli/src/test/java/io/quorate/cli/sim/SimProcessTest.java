package io.quorate.cli.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.Running;
import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Swarm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void standardErrorHoldsNothingButProgress(@TempDir Path folder) throws IOException, InterruptedException {
        Path told = folder.resolve("out");
        Process sim = Checkout.quorate("sim", "--seed", "1", "--seeds", "3", "--profile", "node")
                .redirectOutput(told.toFile())
                .start();
        String err = new String(sim.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        // Three seeds may plan a fault that never finds its victim, which the last line says.
        int expected = Files.readString(told).contains("INCONCLUSIVE") ? 1 : 0;
        assertThat(sim.waitFor()).isEqualTo(expected);
        assertThat(Files.readString(told)).contains("every rule held");
        assertThat(err.lines())
                .allMatch(line -> line.startsWith("simulating; ") || line.matches("[0-9.]+ (s|min)  \\d+ seeds  .*"));
    }

    @Test
    void namedBugsAreFoundAndOneThatIsNotFailsTheRun() {
        Running.Finished two = Running.run(Checkout.quorate("sim", "--bugs=21,64"));
        assertThat(two.exitCode()).as(two.output()).isZero();
        assertThat(two.output())
                .contains(
                        "looking for 2 planted bugs", "found      bug 21 ", "found      bug 64 ", "2 of 2 found, in ");

        Running.Finished late = Running.run(Checkout.quorate("sim", "--bugs=9", "--bug-seeds=1"));
        assertThat(late.exitCode()).as(late.output()).isEqualTo(1);
        assertThat(late.output()).contains("not found  bug 9 in 1 seeds", "0 of 1 found, in ");
    }

    @Test
    void ctrlCTellsWhichBugsWereFound() throws IOException, InterruptedException {
        try (Running running =
                Running.start(Running.withInterrupts(Checkout.quorate("sim", "--bugs", "--threads", "1")))) {
            running.awaitLine("^found      bug \\d+ ");
            interrupt(running);
            running.awaitLine("^\\d+ of \\d+ found, in .*, and then interrupted: \\d+ were not looked for to the end$");
            assertThat(running.awaitEnd()).isEqualTo(130);
        }
    }

    @Test
    void ctrlCTellsHowFarASearchCame() throws IOException, InterruptedException {
        try (Running running = Running.start(Running.withInterrupts(Checkout.quorate("sim", "--search")))) {
            running.awaitLine("^searching the core, up to ");
            interrupt(running);
            running.awaitLine("^interrupted: (nothing was found yet|\\d+ states, \\d+ transitions, depth \\d+)$");
            assertThat(running.awaitEnd()).isEqualTo(130);
        }
    }

    @Test
    void whatCaughtABugIsWrittenWhereItIsWanted(@TempDir Path folder) {
        Running.Finished hunt = Running.run(Checkout.quorate("sim", "--bugs=21", "--out", folder.toString()));
        assertThat(hunt.exitCode()).as(hunt.output()).isZero();
        Path trace = folder.resolve("bug-21.trace");
        assertThat(hunt.output())
                .contains("bug 21, reduced: story " + folder.resolve("bug-21.raft") + ", trace " + trace);
        assertThat(folder.resolve("bug-21.raft")).content().contains("LEADER_COMMITS_OWN_TERM");

        Running.Finished replay = Running.run(Checkout.quorate("sim", "replay", trace.toString()));
        assertThat(replay.exitCode()).as(replay.output()).isEqualTo(3);
        assertThat(replay.output())
                .contains("not the run that was recorded: that one broke LEADER_COMMITS_OWN_TERM, every rule held");
    }

    private static void interrupt(Running running) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-INT", Long.toString(running.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
