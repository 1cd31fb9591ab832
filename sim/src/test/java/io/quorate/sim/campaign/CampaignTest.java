package io.quorate.sim.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Simulation;
import io.quorate.sim.core.Swarm;
import io.quorate.sim.core.Violation;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CampaignTest {
    /** Each run counts one event for each unit of its seed; the seeds 40 and 42 fail. */
    private static final Simulation PLANTED = (script, listener) -> {
        long seed = script.seed();
        Ledger ledger = new Ledger();
        ledger.planned(FaultKind.LOSS);
        ledger.ran(seed, seed, 0);
        Violation violation = seed == 40 || seed == 42 ? new Violation("PLANTED", "seed " + seed) : null;
        return new RunResult(script, seed, 0, seed, ledger, violation);
    };

    private static Simulator simulator(Simulation simulation) {
        return new Simulator(Profile.CORE, Swarm::core, simulation);
    }

    private static Outcome run(Simulation simulation, long firstSeed, long seeds, int threads)
            throws InterruptedException {
        Campaign campaign = new Campaign(simulator(simulation), firstSeed, seeds, threads);
        campaign.start();
        return campaign.outcome();
    }

    @Test
    void everySeedIsRunOnce() throws InterruptedException {
        Outcome outcome = run(PLANTED, 1, 30, 3);
        assertThat(outcome.runs()).isEqualTo(30);
        assertThat(outcome.lastSeed()).isEqualTo(30);
        assertThat(outcome.ledger().events()).isEqualTo(30 * 31 / 2);
        assertThat(outcome.failure()).isNull();
    }

    @Test
    void theFirstFailureEndsItWhicheverThreadWasFaster() throws InterruptedException {
        // The later failing seed is done first: the earlier one waits for it.
        CountDownLatch laterFailed = new CountDownLatch(1);
        Simulation slowAtFirst = (script, listener) -> {
            RunResult result = PLANTED.run(script, listener);
            if (script.seed() == 40) {
                await(laterFailed);
            } else if (script.seed() == 42) {
                laterFailed.countDown();
            }
            return result;
        };
        Outcome outcome = run(slowAtFirst, 35, 1000, 4);
        assertThat(outcome.failure())
                .isNotNull()
                .satisfies(failure -> assertThat(failure.script().seed()).isEqualTo(40));
        assertThat(outcome.runs()).isEqualTo(6);
        assertThat(outcome.ledger().events()).isEqualTo(35 + 36 + 37 + 38 + 39 + 40);
        assertThat(outcome.passed()).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void anEndThatIsAskedForComes() throws InterruptedException {
        Campaign campaign = new Campaign(simulator(PLANTED), 100, Long.MAX_VALUE, 2);
        campaign.start();
        while (campaign.soFar().runs() == 0) {
            Thread.onSpinWait();
        }
        campaign.stop();
        assertThat(campaign.outcome().runs()).isPositive();
    }

    @Test
    void aPlannedFaultThatNeverFiredFails() throws InterruptedException {
        assertThat(run(PLANTED, 1, 30, 1).passed()).isFalse();
        Simulation firing = (script, listener) -> {
            RunResult result = PLANTED.run(script, listener);
            result.ledger().fired(FaultKind.LOSS);
            return result;
        };
        assertThat(run(firing, 1, 30, 1).passed()).isTrue();
    }

    @Test
    void anErrorOfTheSimulatorIsAFailureOfItsOwnName() throws InterruptedException {
        Outcome outcome = run(
                (script, listener) -> {
                    throw new IllegalStateException("a mistake");
                },
                7,
                10,
                1);
        assertThat(outcome.failure()).isNotNull().satisfies(failure -> assertThat(failure.violation())
                .isNotNull()
                .satisfies(violation -> {
                    assertThat(violation.rule()).isEqualTo("IllegalStateException");
                    assertThat(violation.getCause()).hasMessage("a mistake");
                }));
    }

    @Test
    void coresGiveTheSameAmountsOnAnyNumberOfThreads() throws InterruptedException {
        Simulation cores = Simulator.of(Profile.CORE).simulation();
        Ledger one = run(cores, 1, 12, 1).ledger();
        Ledger four = run(cores, 1, 12, 4).ledger();
        assertThat(four.events()).isEqualTo(one.events());
        assertThat(four.virtualNanos()).isEqualTo(one.virtualNanos());
        assertThat(four.operations()).isEqualTo(one.operations());
    }

    @Test
    void everyProfileHasASimulator() {
        for (Profile profile : Profile.values()) {
            Simulator simulator = Simulator.of(profile);
            assertThat(simulator.profile()).isEqualTo(profile);
            assertThat(simulator.run(3).line()).startsWith("seed=3 profile=" + profile.text() + " ");
        }
    }
}
