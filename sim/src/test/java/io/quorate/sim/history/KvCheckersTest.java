package io.quorate.sim.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Both checkers of the store, each other and the oracle, on random runs of a right store and of flawed ones. */
class KvCheckersTest {
    private static KvRun run(long seed, int operations) {
        return new RandomKv(seed, flawOf(seed), 3, 2).run(operations);
    }

    private static RandomKv.Flaw flawOf(long seed) {
        RandomKv.Flaw[] flaws = RandomKv.Flaw.values();
        return seed % 2 == 0 ? RandomKv.Flaw.NONE : flaws[(int) (seed / 2 % flaws.length)];
    }

    @Test
    void theyAgreeWithTheOracleOnSixOperations() {
        int explained = 0;
        int runs = 6_000;
        for (long seed = 0; seed < runs; seed++) {
            KvRun run = run(seed, 6);
            boolean expected = Permutations.isExplained(run);
            assertThat(run.breaches().isEmpty()).as("seed %s %s", seed, run).isEqualTo(expected);
            assertThat(LoggedKv.isExplained(run)).as("seed %s %s", seed, run).isEqualTo(expected);
            explained += expected ? 1 : 0;
        }
        assertThat(explained).isBetween(runs / 2, runs - 1_000);
    }

    @Test
    void theyAgreeWithEachOtherOnTenThousandRuns() {
        Map<RandomKv.Flaw, Integer> rejected = new EnumMap<>(RandomKv.Flaw.class);
        for (long seed = 0; seed < 10_000; seed++) {
            KvRun run = run(seed, 14);
            boolean passes = run.breaches().isEmpty();
            assertThat(LoggedKv.isExplained(run)).as("seed %s %s", seed, run).isEqualTo(passes);
            rejected.merge(flawOf(seed), passes ? 0 : 1, Integer::sum);
        }
        assertThat(rejected.remove(RandomKv.Flaw.NONE)).isZero();
        assertThat(rejected).hasSize(RandomKv.Flaw.values().length - 1);
        assertThat(rejected.values()).allMatch(runs -> runs > 100, "of some 555 with this flaw");
    }

    @Test
    void whatHasALogIsLinearizableWithoutItToo() {
        for (long seed = 0; seed < 2_000; seed++) {
            KvRun run = run(2_000_000 + 2 * seed, 12);
            assertThat(run.breaches()).as("seed %s %s", seed, run).isEmpty();
            assertThat(Wgl.check(run.history(), new KvModel()).passed())
                    .as("seed %s %s", seed, run)
                    .isTrue();
        }
    }

    @Test
    void withoutALogTheSearchAgreesWithTheOracle() {
        int linearizable = 0;
        int runs = 2_000;
        for (long seed = 0; seed < runs; seed++) {
            KvRun run = run(3_000_000 + seed, 6);
            boolean expected = Permutations.isLinearizable(run.operations(), new KvModel());
            assertThat(Wgl.check(run.history(), new KvModel()).passed())
                    .as("seed %s %s", seed, run)
                    .isEqualTo(expected);
            linearizable += expected ? 1 : 0;
        }
        assertThat(linearizable).isBetween(runs / 2, runs - 200);
    }

    @Test
    void twoHundredThousandOperationsPass() {
        assertThat(LargeKvRun.of(200_000).breaches()).isEmpty();
    }
}
