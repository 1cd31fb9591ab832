package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.storage.LogModel.Step;
import io.quorate.storage.MemoryDisk.Loss;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long random lives with restarts and power losses between them, against a model. */
final class RandomLogTest {
    private static final int STEPS = 400;
    private static final List<Loss> LOSSES = List.of(Loss.values());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void restarts_find_what_the_model_holds(long seed) throws IOException {
        new Life(seed).live();
    }

    private static final class Life {
        private final Random random;
        private final MemoryDisk disk = new MemoryDisk("n");
        private LogDriver driver;
        /** What was submitted, and what of it was not reported yet, in order. */
        private LogModel submitted = new LogModel();

        private LogModel persisted = new LogModel();
        private final Deque<Step> waiting = new ArrayDeque<>();
        private long reported;

        Life(long seed) throws IOException {
            random = new Random(seed);
            driver = open();
        }

        private LogDriver open() throws IOException {
            // Segments of another size than before lie side by side.
            LogOptions options = LogOptions.defaults().withSizes(1536 + 512 * random.nextInt(5), 500);
            return new LogDriver(disk.open(), options, random::nextLong);
        }

        void live() throws IOException {
            for (int i = 0; i < STEPS; i++) {
                switch (random.nextInt(10)) {
                    case 0 -> removeBefore();
                    case 1 -> {
                        if (random.nextInt(4) == 0) {
                            restart();
                        }
                    }
                    case 2, 3, 4 -> run();
                    case 5 -> read();
                    default -> write();
                }
            }
            restart();
        }

        private void write() {
            Step step = submitted.next(random, 1 + random.nextInt(3), 80);
            step.submit(driver);
            submitted.apply(step);
            waiting.add(step);
        }

        private void run() {
            driver.run();
            assertThat(driver.failures).isEmpty();
            long newest = driver.persisted.values().stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
            for (; reported < newest; reported++) {
                persisted.apply(waiting.remove());
            }
            assertThat(waiting).isEmpty();
        }

        private void removeBefore() {
            int group = 1 + random.nextInt(3);
            driver.log.removeBefore(group, random.nextInt(2) == 0 ? Long.MAX_VALUE : submitted.lastIndex(group));
        }

        /** A running log reads the same as a restarted one. */
        private void read() {
            run();
            assertThat(persisted.contentIs(driver)).isTrue();
        }

        private void restart() throws IOException {
            boolean clean = random.nextBoolean();
            if (clean) {
                run();
                driver.log.close();
                disk.crash(Loss.EVERYTHING, random::nextLong);
            } else {
                for (int turns = random.nextInt(4); turns > 0; turns--) {
                    driver.log.writer().turn(0);
                }
                disk.crash(LOSSES.get(random.nextInt(3)), random::nextLong);
            }
            LogDriver next = open();
            resume(next);
        }

        /** Finds which of the waiting writes were kept: a prefix, and all that was reported. */
        private void resume(LogDriver next) {
            long newest = driver.persisted.values().stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
            for (; reported < newest; reported++) {
                persisted.apply(waiting.remove());
            }
            while (!persisted.isWhat(next)) {
                assertThat(waiting).as("recovered " + next.log.recovered()).isNotEmpty();
                persisted.apply(waiting.remove());
            }
            waiting.clear();
            submitted = persisted.copy();
            reported = 0;
            driver = next;
        }
    }
}
