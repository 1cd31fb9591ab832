package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.history.History;
import io.quorate.sim.history.KvModel;
import io.quorate.sim.history.KvRequest;
import io.quorate.sim.history.KvResponse;
import io.quorate.sim.history.Wgl;
import java.util.EnumMap;
import org.junit.jupiter.api.Test;

/**
 * What clients of whole members saw, judged a second time by a search that knows nothing of the log. It may take for ever, so
 * it gets short histories, a bound, and not the last word where it reaches that: each run is judged by the order of revisions
 * in any case.
 */
final class SecondCheckerTest {
    private static final int SEEDS = 30;
    private static final int MOST_OPERATIONS = 2_000;
    private static final long MOST_STEPS = 20_000;

    @Test
    void aSearchFindsAnOrderToo() {
        EnumMap<Wgl.Verdict, Integer> verdicts = new EnumMap<>(Wgl.Verdict.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            KvApplication store = new KvApplication();
            assertThat(NodeSimulation.run(NodeSwarm.script(seed, Profile.NODE), RunListener.NONE, store)
                            .violation())
                    .isNull();
            History<KvRequest, KvResponse> history = store.history().history();
            if (history.size() <= MOST_OPERATIONS) {
                var report = Wgl.check(history, new KvModel(), MOST_STEPS);
                assertThat(report.verdict()).as(report.toString()).isNotEqualTo(Wgl.Verdict.NOT_LINEARIZABLE);
                verdicts.merge(report.verdict(), 1, Integer::sum);
            }
        }
        assertThat(verdicts.get(Wgl.Verdict.LINEARIZABLE)).isGreaterThan(SEEDS / 2);
    }
}
