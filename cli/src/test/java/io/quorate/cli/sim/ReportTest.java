package io.quorate.cli.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.campaign.FailureFiles;
import io.quorate.sim.campaign.Outcome;
import io.quorate.sim.campaign.Simulator;
import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Swarm;
import io.quorate.sim.core.Violation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
    private static final long SECOND = 1_000_000_000;

    private final StringWriter out = new StringWriter();
    private final Report report = new Report(new PrintWriter(out, true), new PrintWriter(out, true));

    /** Real runs, in which each applied entry counts as a broken rule. */
    static final Simulator PLANTED = new Simulator(
            Profile.CORE,
            Swarm::core,
            (script, listener) -> CoreSimulation.run(script, happening -> {
                listener.happened(happening);
                if (happening instanceof Happening.Applied) {
                    throw new Violation("PLANTED", "an entry was applied");
                }
            }));

    private static Ledger ledger() {
        Ledger ledger = new Ledger();
        ledger.planned(FaultKind.LOSS);
        ledger.planned(FaultKind.CRASH);
        ledger.fired(FaultKind.LOSS);
        ledger.hit(Mark.VOTE_SPLIT);
        ledger.ran(5_000, 7200 * SECOND, 90 * SECOND);
        return ledger;
    }

    private static Done done() {
        return Done.ofCampaign(new Outcome(Profile.CORE, 10, 1, ledger(), null), 10 * SECOND, 2, true);
    }

    @Test
    void theLedgerOfARunIsTold() {
        report.tell(done());
        assertThat(out.toString())
                .contains("profile core, seeds 10–10: 1 runs, 5000 events (500 a second), 0 operations of clients")
                .contains("simulated 2.0 h, of which count 90.0 s, in 10.0 s, and then interrupted")
                .contains("faults that did something: loss 1, crash 0")
                .contains("marks hit: 1 of 123; not campaigned with flush pending, pre vote timed out, ")
                .contains("every rule held; planned, and not yet seen to do anything: crash");
        report.tell(Done.ofCampaign(done().outcome(), 10 * SECOND, 2, false));
        assertThat(out.toString())
                .contains(
                        "every rule held; INCONCLUSIVE all the same, run more: planned, and never did anything: crash");
    }

    /** How far a campaign came that failed early says how much its seeds before were worth. */
    @Test
    void aFailureHasItsMarksToo() {
        Outcome failed = new Outcome(Profile.CORE, 7, 1, ledger(), PLANTED.run(7));
        report.tell(Done.ofCampaign(failed, SECOND, 2, false));
        assertThat(out.toString()).contains("marks hit: 1 of 123; not campaigned with flush pending, ");
        out.getBuffer().setLength(0);
        report.tellVerdictOfOne(failed);
        assertThat(out.toString()).startsWith("marks hit: 1 of 123; not campaigned with flush pending, ");
    }

    @Test
    void progressIsOneLine() {
        assertThat(Progress.line(done()))
                .isEqualTo("10.0 s  1 seeds  500 events/s  simulated 2.0 h  faults 1  marks 1 of 123");
    }

    @Test
    void onATerminalTheLineChangesAndIsGoneAtTheEnd() {
        Progress progress = new Progress(new PrintWriter(out, true), true);
        progress.show(SECOND, ReportTest::done);
        progress.show(SECOND + 1, () -> {
            throw new AssertionError("asked again too soon");
        });
        progress.end();
        assertThat(out.toString()).startsWith("\r10.0 s  1 seeds").endsWith("\r\u001b[K");
    }

    @Test
    void elsewhereALineComesSeldom() {
        Progress progress = new Progress(new PrintWriter(out, true), false);
        progress.show(29 * SECOND, ReportTest::done);
        progress.show(30 * SECOND, ReportTest::done);
        progress.show(59 * SECOND, ReportTest::done);
        progress.end();
        assertThat(out.toString().lines()).containsExactly(Progress.line(done()));
    }

    @Test
    void aFailureIsToldWithItsFilesAndHowToRunItAgain(@TempDir Path folder) throws IOException {
        RunResult failure = PLANTED.run(7);
        report.tellFailure(failure);
        assertThat(out.toString())
                .startsWith("FAILED: seed 7 breaks PLANTED: an entry was applied")
                .contains("again: ./quorate sim --seed 7 --profile core");
        report.tellFiles(failure, FailureFiles.write(PLANTED, failure, folder, 500));
        assertThat(out.toString())
                .containsPattern("reduced in \\d+ runs: faults \\d+ → 0, requests \\d+ → 0, members \\d → 1, events")
                .contains("story: " + folder.resolve("core-7.raft"))
                .contains("again: ./quorate sim replay " + folder.resolve("core-7.trace"));
    }

    @Test
    void anErrorOfTheSimulatorIsToldWithWhereItHappened() {
        Simulator broken = new Simulator(Profile.CORE, Swarm::core, (script, listener) -> {
            throw new IllegalStateException("a mistake");
        });
        report.tellFailure(broken.run(7));
        assertThat(out.toString()).contains("IllegalStateException: a mistake").contains("at io.quorate.cli.sim.");
    }
}
