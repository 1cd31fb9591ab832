package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.Limits;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power goes in each disk call that a start makes, whatever is left of what it wrote: another start finds all that was
 * durable before. Half of the starts follow a loss of power, so that there is a tail to mend.
 */
final class PowerLossInStartTest {
    private static final long MILLI = 1_000_000;
    private static final long STEP = 2_000 * MILLI;
    private static final int CALLS = 24;

    /** @param loss as {@link FaultKind#POWER_LOSS} has it in the lowest bits of its strength */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 7})
    void anotherStartFindsAllThatWasDurable(long loss) {
        List<Fault> faults = new ArrayList<>();
        for (int calls = 0; calls < CALLS; calls++) {
            long at = (calls + 1) * STEP;
            FaultKind kind = calls % 2 == 0 ? FaultKind.CRASH : FaultKind.POWER_LOSS;
            faults.add(new Fault(2 * calls, kind, at, 100 * MILLI, 0, -1, loss));
            long strength = (long) calls << 24 | 1 << 8 | loss;
            faults.add(new Fault(2 * calls + 1, FaultKind.POWER_LOSS, at + 50 * MILLI, 1, 0, -1, strength));
        }
        Cuts cuts = new Cuts();
        NodeWorld world = new NodeWorld(script(faults), cuts, new KvApplication());
        world.run();
        assertThat(cuts.inStart)
                .isEqualTo(world.ledger.timesHit(Mark.POWER_LOST_IN_START))
                .as("calls of a start, of which the last cuts find none any more")
                .isBetween(8, CALLS - 1);
        assertThat(cuts.inStart + cuts.elsewhere).isEqualTo(CALLS + CALLS / 2);
        assertThat(world.ledger.operations()).isGreaterThan(1_000);
    }

    private static final class Cuts implements RunListener {
        private int inStart;
        private int elsewhere;

        @Override
        public void happened(Happening happening) {
            if (happening instanceof Happening.Ended ended) {
                inStart += ended.why().equals("lost power in its start") ? 1 : 0;
                elsewhere += ended.why().equals("lost power") ? 1 : 0;
            }
        }
    }

    private static Script script(List<Fault> faults) {
        Limits limits = new Limits(15, 100, true, true, 64 << 10, 4 << 10, 16 << 10, 8, 1000, true, 24 << 10, 8 << 10);
        long end = (CALLS + 1) * STEP;
        List<Operation> writes = new ArrayList<>();
        for (int number = 1; 20L * number * MILLI < end; number++) {
            writes.add(new Operation(number, Operation.Kind.PUT, 20L * number * MILLI, number % 2, 0, 0));
        }
        return new Script(5, Profile.NODE, 3, 2, 1, limits, end, faults, writes);
    }
}
