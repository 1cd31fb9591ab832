package io.quorate.sim.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.SplitMix64;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Right runs pass; no spoiled one does, in either checker. */
class SpoiledHistoriesTest {
    private static final int APPLIED = 500;
    private static final int TRIES = 4_000;

    @ParameterizedTest
    @EnumSource
    void noneOfThemPasses(Spoiler spoiler) {
        SplitMix64 random = new SplitMix64(spoiler.name().hashCode());
        int applied = 0;
        for (int i = 0; i < TRIES && applied < APPLIED; i++) {
            KvRun right = new RandomKv(random.next(), RandomKv.Flaw.NONE, 3, 2).run(12);
            assertThat(right.breaches()).as("%s", right).isEmpty();
            Optional<KvRun> spoiled = spoiler.spoil(right, random);
            if (spoiled.isPresent()) {
                KvRun wrong = spoiled.get();
                assertThat(wrong.breaches())
                        .extracting(RevisionOrder.Breach::rule)
                        .as("%s", wrong)
                        .containsAnyElementsOf(spoiler.expected());
                assertThat(LoggedKv.isExplained(wrong)).as("%s", wrong).isFalse();
                applied++;
            }
        }
        assertThat(applied).isEqualTo(APPLIED);
    }
}
