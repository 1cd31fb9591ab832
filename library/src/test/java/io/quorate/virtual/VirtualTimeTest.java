package io.quorate.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Three whole members under loss, delay, resets, partitions, crashes in the middle of disk calls, and clients: nothing
 * acknowledged is lost, all states are equal, every history is linearizable; and a seed gives the same run twice.
 */
class VirtualTimeTest {
    private static final int SEEDS = 200;

    @Test
    void everySeedKeepsItsPromisesAndRunsTheSameTwice() {
        long writes = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Run first = new Run(seed);
            Run second = new Run(seed);
            assertThat(second.hash).as("trace of seed %d", seed).isEqualTo(first.hash);
            assertThat(second.events).isEqualTo(first.events);
            writes += first.writes;
        }
        assertThat(writes).as("acknowledged writes in all seeds").isGreaterThan(SEEDS * 20L);
    }

    private static final class Run {
        private static final long FAULTS_MILLIS = 4000;
        private static final int CLIENTS = 4;

        final long hash;
        final long events;
        final int writes;

        Run(long seed) {
            VirtualCluster cluster = new VirtualCluster(seed, 3, VirtualCluster.OPTIONS, UnaryOperator.identity());
            try {
                writes = run(cluster);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            hash = cluster.trace.hash();
            events = cluster.trace.events();
        }

        private static int run(VirtualCluster cluster) {
            History history = new History(cluster);
            Chaos chaos = new Chaos(cluster);
            cluster.startAll();
            long end = FAULTS_MILLIS * VirtualTime.MILLI;
            for (int k = 0; k < CLIENTS; k++) {
                history.client(end);
            }
            chaos.until(end);
            cluster.time.runMillis(FAULTS_MILLIS);
            chaos.settle();
            history.checkFinal();
            return history.acknowledgedWrites();
        }
    }
}
