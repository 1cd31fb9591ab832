package io.quorate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.StateMachine;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.Ledger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Each mistake that the page of the test kit speaks of, made by a machine, and found. */
class PlantedMistakesTest {
    private static final Seeds SOME = Seeds.of(1, 10);

    /** Adds numbers; each machine of the tests does one thing otherwise. */
    private static class Sum implements StateMachine<Long> {
        long total;

        @Override
        public Long apply(long index, long term, ByteBuffer command) {
            add(command.getLong());
            return total;
        }

        void add(long number) {
            total += number;
        }
    }

    private static <M extends StateMachine<Long>> Simulation<M, Long, Long> simulation(Supplier<M> machine) {
        return Simulation.of(machine).commands(PlantedMistakesTest::number, PlantedMistakesTest::bytes);
    }

    private static long number(KeyedRandom.Stream random) {
        return random.between(1, 9);
    }

    private static ByteBuffer bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, number);
    }

    private static SimulationFailure failure(Simulation<?, ?, ?> simulation) {
        return simulation.failure(SOME).orElseThrow(() -> new AssertionError("nothing was found"));
    }

    @Test
    void aMachineWithoutMistakeIsLeftInPeaceAndFaultsHappen() {
        Ledger ledger = simulation(Sum::new)
                .reads(random -> 0L, (machine, nothing) -> machine.total)
                .model(0L, Long::sum, Long::sum)
                .state(machine -> machine.total)
                .run(Seeds.of(1, 25));
        assertThat(ledger.runs()).isEqualTo(25);
        assertThat(ledger.operations()).isGreaterThan(1_000);
        assertThat(ledger.timesFired(FaultKind.CRASH)).isPositive();
        assertThat(ledger.timesFired(FaultKind.PARTITION)).isPositive();
        assertThat(ledger.timesFired(FaultKind.POWER_LOSS)).isPositive();
    }

    @Test
    void chanceIsFound() {
        SimulationFailure failure = failure(simulation(() -> new Sum() {
            @Override
            void add(long number) {
                total += number + ThreadLocalRandom.current().nextInt(2);
            }
        }));
        assertThat(failure.rule()).isIn("ANSWERS_AGREE", "REPLAYS");
    }

    @Test
    void theClockIsFound() {
        SimulationFailure failure = failure(simulation(() -> new Sum() {
            @Override
            void add(long number) {
                total = number + System.nanoTime();
            }
        }));
        assertThat(failure.rule()).isIn("ANSWERS_AGREE", "REPLAYS");
        assertThat(failure).hasMessageContaining("at index ");
    }

    @Test
    void theOrderOfIdentityHashesIsFound() {
        SimulationFailure failure = failure(simulation(() -> new Sum() {
            private final Set<Object> seats = new HashSet<>();
            private final List<Object> guests = new ArrayList<>();

            @Override
            void add(long number) {
                guests.add(new Object());
                seats.add(guests.get(guests.size() - 1));
                total = guests.indexOf(seats.iterator().next());
            }
        }));
        assertThat(failure.rule()).isIn("ANSWERS_AGREE", "REPLAYS");
    }

    /** Where a machine keeps something beside itself, a new life begins with what an old one left. */
    @Test
    void whatALifeLeavesToTheNextIsFound() {
        long[] kept = new long[1];
        SimulationFailure failure = failure(simulation(() -> new Sum() {
            @Override
            void add(long number) {
                kept[0] += number;
                total = kept[0];
            }
        }));
        assertThat(failure.rule()).isIn("ANSWERS_AGREE", "REPLAYS");
    }

    @Test
    void statesThatDifferBehindEqualResultsAreFound() {
        Supplier<Sum> machine = () -> new Sum() {
            private long secret;

            @Override
            void add(long number) {
                super.add(number);
                secret = System.nanoTime();
            }

            @Override
            public String toString() {
                return Long.toString(secret);
            }
        };
        assertThat(simulation(machine).failure(SOME)).isEmpty();
        assertThat(failure(simulation(machine).state(Sum::toString)).rule()).isIn("ANSWERS_AGREE", "REPLAYS");
    }

    @Test
    void anExceptionIsFoundAndNamed() {
        SimulationFailure failure = failure(simulation(() -> new Sum() {
            @Override
            void add(long number) {
                if (number == 7) {
                    throw new IllegalArgumentException("no sevens");
                }
                super.add(number);
            }
        }));
        assertThat(failure.rule()).isEqualTo("ANSWERS_EVERYTHING");
        assertThat(failure).hasMessageContaining("command 7 at index").hasMessageContaining("no sevens");
        assertThat(failure).hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReaderThatThrowsIsFound() {
        SimulationFailure failure = failure(simulation(Sum::new).reads(random -> 0L, (machine, nothing) -> {
            throw new IllegalStateException("nobody reads this");
        }));
        assertThat(failure.rule()).isEqualTo("ANSWERS_EVERYTHING");
        assertThat(failure).hasMessageContaining("read 0").hasMessageContaining("nobody reads this");
    }

    @Test
    void whatIsNotWhatTheModelDoesIsFoundAndMadeSmall() {
        SimulationFailure failure = failure(simulation(() -> new Sum() {
                    @Override
                    void add(long number) {
                        total = Math.min(20, total + number);
                    }
                })
                .model(0L, Long::sum, Long::sum));
        assertThat(failure.rule()).isEqualTo("LINEARIZABLE");
        assertThat(failure).hasMessageContaining(" 0 faults.").hasMessageContaining("there is no place for");
    }

    @Test
    void aReadOfWhatIsNotThereIsFound() {
        SimulationFailure failure = failure(simulation(Sum::new)
                .reads(random -> 0L, (machine, nothing) -> machine.total - machine.total % 10)
                .model(0L, Long::sum, Long::sum));
        assertThat(failure.rule()).isEqualTo("LINEARIZABLE");
        assertThat(failure).hasMessageContaining(": #").hasMessageContaining("read 0");
    }

    @Test
    void equalSeedsFailWithEqualReports() {
        Simulation<Sum, Long, Long> simulation = simulation(Sum::new).model(0L, Long::sum, (total, number) -> 7L);
        SimulationFailure first = failure(simulation);
        SimulationFailure again = simulation.failure(Seeds.of(first.seed(), 1)).orElseThrow();
        assertThat(again).hasMessage(first.getMessage());
        assertThat(first).hasMessageEndingWith("Again: Seeds.of(" + first.seed() + ", 1)");
    }

    @Test
    void aCommandThatNoMemberTakesIsTheTestsOwnMistake() {
        Simulation<Sum, Long, Long> simulation =
                Simulation.of(Sum::new).commands(PlantedMistakesTest::number, number -> ByteBuffer.allocate(637));
        assertThatThrownBy(() -> simulation.run(SOME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("637 bytes");
    }

    @Test
    void faultsCanBeLeftOut() {
        Ledger ledger = simulation(Sum::new)
                .without(FaultKind.CRASH, FaultKind.STALE_PACKET, FaultKind.OLD_IMAGE)
                .run(Seeds.of(1, 10));
        assertThat(ledger.timesPlanned(FaultKind.CRASH)).isZero();
        assertThat(ledger.timesPlanned(FaultKind.PARTITION)).isPositive();
    }
}
