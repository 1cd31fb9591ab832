package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.EventQueue;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.FaultStreams;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Limits;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.Script;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Among whole members, too, a fault draws the same whichever other faults there are. */
final class NodeFaultStreamsTest {
    private static final long MILLI = 1_000_000;
    private static final long STEP = 10_000;
    private static final int PIECES = 200;

    // ---- links

    @Test
    void onALinkEachDelaysEveryPieceAsItDoesAlone() {
        List<Fault> faults = new ArrayList<>();
        for (int number = 0; number < 6; number++) {
            FaultKind kind = List.of(FaultKind.LOSS, FaultKind.REORDERING, FaultKind.DELAY)
                    .get(number % 3);
            faults.add(new Fault(number, kind, 0, 1, 0, 1, kind == FaultKind.DELAY ? 1_000 : 300));
        }
        long[] bare = arrivals(List.of());
        List<long[]> alone =
                faults.stream().map(fault -> arrivals(List.of(fault))).toList();
        assertThat(alone).noneMatch(times -> Arrays.equals(times, bare));
        for (int without = -1; without < faults.size(); without++) {
            int gone = without;
            List<Fault> on =
                    faults.stream().filter(fault -> fault.number() != gone).toList();
            long[] sum = bare.clone();
            on.forEach(
                    fault -> Arrays.setAll(sum, piece -> sum[piece] + alone.get(fault.number())[piece] - bare[piece]));
            assertThat(arrivals(on)).as("without fault %d", without).isEqualTo(sum);
        }
    }

    private static long[] arrivals(List<Fault> faults) {
        Script script = script(1, faults);
        LinkFaults links = new LinkFaults(script, new FaultStreams(script.random()), new EventQueue(), new Ledger());
        faults.forEach(links::begin);
        long[] arrivals = new long[PIECES];
        Arrays.setAll(arrivals, piece -> links.arrival(0, 1, 100));
        return arrivals;
    }

    // ---- processes that end by a fault: after how long each starts again

    /** Each time with a fault before it, on the same member, that ends its process too, or without. */
    @ParameterizedTest
    @EnumSource(names = {"POWER_LOSS", "WRITE_ERROR", "FLUSH_ERROR_KEPT", "CRASH"})
    void aMemberStartsAgainAfterTheSameTime(FaultKind before) {
        Fault first = new Fault(1, before, 1_000 * MILLI, before == FaultKind.CRASH ? MILLI : 1, 0, -1, IN_A_CALL);
        Fault cut = new Fault(2, FaultKind.POWER_LOSS, 3_000 * MILLI, 1, 0, -1, IN_A_CALL);
        Fault error = new Fault(3, FaultKind.WRITE_ERROR, 5_000 * MILLI, 1, 0, -1, 0);
        List<Long> without = downTimes(List.of(cut, error));
        List<Long> with = downTimes(List.of(first, cut, error));
        assertThat(without).hasSize(2);
        assertThat(with).hasSize(3);
        for (int k = 0; k < 2; k++) {
            assertThat(with.get(k + 1)).isBetween(without.get(k) - STEP, without.get(k) + STEP);
        }
    }

    /** A loss of power in the middle of the next disk call, of any part of what was not flushed. */
    private static final long IN_A_CALL = 3 | 1 << 8;

    private static List<Long> downTimes(List<Fault> faults) {
        NodeWorld world = new NodeWorld(script(4, faults), RunListener.NONE, new KvApplication());
        world.faults.plan();
        world.members.forEach(SimMember::start);
        world.clients.start();
        SimMember member = world.members.get(0);
        List<Long> times = new ArrayList<>();
        long downSince = -1;
        for (long now = 0; now < world.script.endNanos(); now += STEP) {
            world.runUntil(now);
            if (member.isUp() == (downSince >= 0)) {
                if (member.isUp()) {
                    times.add(now - downSince);
                }
                downSince = member.isUp() ? -1 : now;
            }
        }
        return times;
    }

    private static Script script(long seed, List<Fault> faults) {
        Limits limits = new Limits(15, 100, true, true, 64 << 10, 4 << 10, 16 << 10, 8, 1000, true, 24 << 10, 8 << 10);
        List<Operation> writes = new ArrayList<>();
        for (int number = 1; number < 600; number++) {
            writes.add(new Operation(number, Operation.Kind.PUT, 12L * number * MILLI, number % 2, 0, 0));
        }
        return new Script(seed, Profile.NODE, 3, 2, 1, limits, 7_000 * MILLI, faults, writes);
    }
}
