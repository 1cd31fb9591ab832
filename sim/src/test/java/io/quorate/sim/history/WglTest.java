package io.quorate.sim.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.SplitMix64;
import io.quorate.sim.history.Models.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The search, for models of users. */
class WglTest {
    private static final Models.Registers REGISTERS = new Models.Registers();

    private final HistoryRecorder<Step, Integer> recorder = new HistoryRecorder<>();

    private static Step write(int value) {
        return new Step("r", "write", value, 0);
    }

    private static Step read() {
        return new Step("r", "read", 0, 0);
    }

    private void done(Step step, int answer) {
        recorder.returned(recorder.call(1, step, 0), answer, 0);
    }

    private Wgl.Report<Step, Integer> check() {
        return Wgl.check(recorder.history(), REGISTERS);
    }

    @Test
    void anEmptyHistoryIsLinearizable() {
        assertThat(check().passed()).isTrue();
    }

    @Test
    void aReadMaySeeAWriteThatIsStillOpenAndNoneIsUndoneAfterwards() {
        done(write(1), 1);
        int open = recorder.call(2, write(2), 0);
        done(read(), 1);
        done(read(), 2);
        assertThat(check().passed()).isTrue();
        done(read(), 1);
        recorder.returned(open, 1, 0);
        assertThat(check().verdict()).isEqualTo(Wgl.Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void eventsAtOneInstantKeepTheirOrder() {
        done(write(1), 1);
        done(write(2), 1);
        done(read(), 1);
        assertThat(check().passed()).isFalse();
    }

    @Test
    void theUnknownTakesEffectLateOrNeverButNotTwice() {
        recorder.unknown(recorder.call(1, write(1), 0), 0);
        done(read(), 0);
        assertThat(check().passed()).isTrue();
        done(read(), 1);
        assertThat(check().passed()).isTrue();
        done(write(2), 1);
        done(read(), 1);
        assertThat(check().passed()).isFalse();
    }

    @Test
    void theRefusedNeverTakesEffect() {
        int refused = recorder.call(1, write(1), 0);
        int reader = recorder.call(2, read(), 0);
        recorder.returned(reader, 1, 1);
        assertThat(check().passed()).isTrue();
        recorder.refused(refused, 2);
        assertThat(check().passed()).isFalse();
    }

    @Test
    void theReportTellsHowFarItCameAndWhatHadNoPlace() {
        done(write(1), 1);
        done(read(), 1);
        done(read(), 3);
        Wgl.Report<Step, Integer> report = check();
        assertThat(report.prefix())
                .containsExactly(
                        recorder.history().operation(0), recorder.history().operation(1));
        assertThat(report.stuck()).isEqualTo(recorder.history().operation(2));
        assertThat(report.state()).isEqualTo("{r=1}");
        assertThat(report.toString()).isEqualTo("""
                NOT_LINEARIZABLE after 3 steps; at most these can be placed, in this order:
                  #0 client 1 [0..0 ns] Step[key=r, name=write, a=1, b=0] -> 1
                  #1 client 1 [0..0 ns] Step[key=r, name=read, a=0, b=0] -> 1
                the state is then {r=1}
                and there is no place for
                  #2 client 1 [0..0 ns] Step[key=r, name=read, a=0, b=0] -> 3""");
    }

    @Test
    void aSearchOutOfStepsIsUndecidedAndDoesNotPass() {
        for (int i = 0; i < 20; i++) {
            done(write(i), 1);
        }
        Wgl.Report<Step, Integer> undecided = Wgl.check(recorder.history(), REGISTERS, 19);
        assertThat(undecided.verdict()).isEqualTo(Wgl.Verdict.UNDECIDED);
        assertThat(undecided.passed()).isFalse();
        assertThat(undecided.steps()).isEqualTo(19);
        assertThat(Wgl.check(recorder.history(), REGISTERS, 20).passed()).isTrue();
        assertThatThrownBy(() -> Wgl.check(recorder.history(), REGISTERS, -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theBoundIsForAllPartsTogether() {
        done(new Step("x", "write", 1, 0), 1);
        done(new Step("y", "write", 1, 0), 1);
        Models.PartitionedRegisters model = new Models.PartitionedRegisters();
        assertThat(Wgl.check(recorder.history(), model, 1).verdict()).isEqualTo(Wgl.Verdict.UNDECIDED);
        assertThat(Wgl.check(recorder.history(), model, 2).passed()).isTrue();
    }

    /** Twelve writes that stay open have 12! orders, which lead to few states. */
    @Test
    void whatWasTriedIsNotTriedAgain() {
        for (int i = 0; i < 12; i++) {
            recorder.call(i, write(i + 1), 0);
        }
        done(read(), 99);
        Wgl.Report<Step, Integer> report = check();
        assertThat(report.verdict()).isEqualTo(Wgl.Verdict.NOT_LINEARIZABLE);
        assertThat(report.steps()).isLessThan(1_000_000);
    }

    /**
     * A burst of reads and additions whose answers leave each one place, but for one read whose place is in the middle of a
     * choice made before it: with each read tried early and late there would be 2 to the 30 ways.
     */
    @Test
    void aReadThatFitsIsPlacedOnce() {
        Models.Sum sum = new Models.Sum();
        HistoryRecorder<Integer, Integer> burst = new HistoryRecorder<>();
        int early = burst.call(0, 1, 0);
        int read = burst.call(1, 0, 0);
        List<Integer> reads = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            reads.add(burst.call(i + 2, 0, 0));
        }
        burst.returned(read, 0, 1); // which fits only before the addition called first
        reads.forEach(id -> burst.returned(id, 1, 1));
        burst.returned(early, 1, 1);
        Wgl.Report<Integer, Integer> report = Wgl.check(burst.history(), sum);
        assertThat(report.passed()).isTrue();
        assertThat(report.steps()).isLessThan(10_000);
    }

    /**
     * PICK makes the value 1 or 2, and nobody knows which; the read tells, and may have come before or after the SWAP that
     * answered the old value and left 1.
     */
    @Test
    void aReadThatNarrowsTheStateMayGoLater() {
        HistoryRecorder<String, Integer> picks = new HistoryRecorder<>();
        int pick = picks.call(0, "pick", 0);
        int read = picks.call(1, "read", 0);
        int swap = picks.call(2, "swap", 0);
        picks.returned(pick, 0, 1);
        picks.returned(read, 1, 1);
        picks.returned(swap, 2, 1);
        assertThat(Wgl.check(picks.history(), new Models.Pick()).passed()).isTrue();
    }

    @Test
    void thousandsOfOperationsOfEightClientsAreDecided() {
        SplitMix64 random = new SplitMix64(5);
        int value = 0;
        for (int round = 0; round < 500; round++) {
            int[] ids = new int[8];
            for (int client = 0; client < 8; client++) {
                ids[client] = recorder.call(client, client % 2 == 0 ? write(++value) : read(), 0);
            }
            int rotation = random.below(4);
            int first = value - 3;
            for (int i = 0; i < 4; i++) {
                int which = (rotation + i) % 4;
                recorder.returned(ids[2 * which], 1, 0);
                recorder.returned(ids[2 * which + 1], first + which, 0);
            }
        }
        assertThat(check().passed()).isTrue();
        done(read(), value - 100);
        assertThat(check().verdict()).isEqualTo(Wgl.Verdict.NOT_LINEARIZABLE);
    }

    @Test
    void theVerdictOnRegistersIsTheOracles() {
        compare(REGISTERS, REGISTERS, 1);
    }

    @Test
    void theVerdictOnRegistersOneByOneIsTheOraclesOnAll() {
        compare(new Models.PartitionedRegisters(), REGISTERS, 2);
    }

    @Test
    void theVerdictOnAQueueIsTheOracles() {
        compare(new Models.Queue(), new Models.Queue(), 3);
    }

    private static <S> void compare(
            SequentialModel<S, Step, Integer> model, SequentialModel<S, Step, Integer> whole, long seed) {
        SplitMix64 random = new SplitMix64(seed);
        int runs = 6_000;
        int passed = 0;
        for (int i = 0; i < runs; i++) {
            History<Step, Integer> history = Models.randomHistory(model, random, 6, i % 2 == 1);
            boolean expected = Permutations.isLinearizable(history.operations(), whole);
            Wgl.Report<Step, Integer> report = Wgl.check(history, model);
            assertThat(report.passed())
                    .as("%s %s %s", i, history.operations(), report)
                    .isEqualTo(expected);
            assertThat(report.verdict()).isNotEqualTo(Wgl.Verdict.UNDECIDED);
            if (model == whole) {
                assertThat(Permutations.replays(report.prefix(), whole)).isTrue();
            }
            passed += expected ? 1 : 0;
        }
        assertThat(passed).isBetween(runs / 2, runs - 1_000);
    }
}
