package io.quorate.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.port.StateMachine;
import io.quorate.testkit.Seeds;
import io.quorate.testkit.Simulation;
import io.quorate.testkit.SimulationFailure;
import io.quorate.testkit.SimulationTest;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The counter where everything goes wrong, and two counters with mistakes that only show there. */
class CounterSimulationTest {
    // begin simulation
    @SimulationTest(seeds = 25)
    void everyNumberCountsOnce(Seeds seeds) {
        Simulation.of(Counter::new)
                .commands(random -> random.between(1, 9), CounterSimulationTest::bytes)
                .reads(random -> 0L, (counter, nothing) -> counter.total())
                .model(0L, (total, n) -> total + n, (total, n) -> total + n)
                .state(Counter::total)
                .run(seeds);
    }

    private static ByteBuffer bytes(long number) {
        return ByteBuffer.allocate(8).putLong(0, number);
    }
    // end simulation

    // begin bonus
    /** Each member draws a bonus of its own. */
    private static final class BonusCounter implements StateMachine<Long> {
        private long total;

        @Override
        public Long apply(long index, long term, ByteBuffer command) {
            return total += command.getLong() + ThreadLocalRandom.current().nextInt(2);
        }
    }
    // end bonus

    @Test
    void aCounterThatDrawsIsFound() {
        SimulationFailure failure = Simulation.of(BonusCounter::new)
                .commands(random -> random.between(1, 9), CounterSimulationTest::bytes)
                .failure(Seeds.of(1, 5))
                .orElseThrow();
        assertThat(failure.rule()).isIn("ANSWERS_AGREE", "REPLAYS");
        assertThat(failure).hasMessageContaining("Again: Seeds.of(" + failure.seed() + ", 1)");
    }

    /** All members agree: they take two equal numbers in a row for one that was sent twice. */
    private static final class SuspiciousCounter implements StateMachine<Long> {
        private long total;
        private long last;

        @Override
        public Long apply(long index, long term, ByteBuffer command) {
            long number = command.getLong();
            total += number == last ? 0 : number;
            last = number;
            return total;
        }
    }

    @Test
    void aCounterThatDropsIsFoundByItsModel() {
        SimulationFailure failure = Simulation.of(SuspiciousCounter::new)
                .commands(random -> random.between(1, 9), CounterSimulationTest::bytes)
                .model(0L, (total, n) -> total + n, (total, n) -> total + n)
                .failure(Seeds.of(1, 5))
                .orElseThrow();
        assertThat(failure.rule()).isEqualTo("LINEARIZABLE");
        assertThat(failure).hasMessageContaining(": 1 member, 1 client, 1 request, 0 faults.");
    }
}
