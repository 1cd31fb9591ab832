package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.sim.core.Limits;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The power goes, for one, two or all of three members at a random moment under writers, half the time in the middle of a disk
 * call: every byte and name not yet flushed is forgotten. Nothing acknowledged may be missing afterwards.
 */
final class PowerLossTest {
    private static final long MILLI = 1_000_000;
    private static final int MEMBERS = 3;
    private static final int CLIENTS = 6;
    private static final int RUNS = 40;
    private static final int RUNS_WITHOUT_FLUSH = 40;
    private static final int LOSSES_PER_RUN = 9;
    private static final int LOSSES = 300;
    private static final int LOSSES_PER_SIZE = 50;
    private static final long INTERVAL = 900 * MILLI;
    /** In the middle of a call is at most so long after the moment of a fault. */
    private static final long LONGEST_WAIT = 50 * MILLI;

    /** Segments that are soon full, so that names are lost too; and some that hold the whole log. */
    private static final int[] SEGMENT_BYTES = {24 << 10, 256 << 10};

    @Test
    @Tag("slow")
    void nothingAcknowledgedIsLost() {
        int[] losses = new int[MEMBERS + 1];
        for (int run = 0; run < RUNS; run++) {
            Script script = script(run);
            Losses seen = new Losses(script);
            NodeWorld world = new NodeWorld(script, seen, new KvApplication());
            assertThat(violation(world)).as("run %d", run).isNull();
            seen.addTo(losses);
        }
        assertThat(Arrays.stream(losses, 1, losses.length)).allMatch(times -> times >= LOSSES_PER_SIZE);
        assertThat(Arrays.stream(losses, 1, losses.length).sum()).isGreaterThanOrEqualTo(LOSSES);
    }

    /**
     * The test of the test: disks that only say that they flush, with the same victims at the same moments. Either a rule is broken, or
     * members find holes in their logs and stay out for good.
     */
    @Test
    void withoutTheFlushSomethingIsLost() {
        TreeSet<String> broken = new TreeSet<>();
        for (int run = 0; run < RUNS_WITHOUT_FLUSH; run++) {
            NodeWorld world = new NodeWorld(script(run), RunListener.NONE, new KvApplication());
            world.members.forEach(member -> member.disk.takeFlushOut());
            Violation violation = violation(world);
            assertThat(violation != null || isNoticed(world)).as("run %d", run).isTrue();
            broken.add(violation == null ? "" : violation.rule());
        }
        assertThat(broken).contains(NodeRule.STATE_MACHINE_SAFETY.name());
    }

    private static boolean isNoticed(NodeWorld world) {
        return world.members.stream()
                .anyMatch(member -> member.isOut() || member.model().isDamaged());
    }

    private static @Nullable Violation violation(NodeWorld world) {
        try {
            world.run();
            return null;
        } catch (Violation e) {
            return e;
        }
    }

    // ---- scripts

    private static Script script(int run) {
        KeyedRandom random = new KeyedRandom(9_000 + run);
        long end = (LOSSES_PER_RUN + 1) * INTERVAL;
        List<Fault> faults = losses(random.stream(Purpose.FAULTS, 0));
        List<Operation> writes = writes(random.stream(Purpose.WORKLOAD, 0), end);
        return new Script(9_000 + run, Profile.NODE, MEMBERS, CLIENTS, 4, limits(run), end, faults, writes);
    }

    private static Limits limits(int run) {
        int segment = SEGMENT_BYTES[run % SEGMENT_BYTES.length];
        return new Limits(15, 100, true, true, 64 << 10, 4 << 10, 16 << 10, 8, 1000, true, segment, 8 << 10);
    }

    private static List<Fault> losses(Stream lots) {
        List<Fault> faults = new ArrayList<>();
        for (int loss = 0; loss < LOSSES_PER_RUN; loss++) {
            int size = 1 + loss % MEMBERS;
            int first = lots.below(MEMBERS);
            long at = momentOf(loss) + lots.between(0, INTERVAL / 3);
            for (int k = 0; k < size; k++) {
                int victim = (first + k) % MEMBERS;
                long calls = lots.hits(500) ? lots.between(1, 6) : 0;
                long down = lots.between(2 * LONGEST_WAIT, 3 * LONGEST_WAIT);
                faults.add(new Fault(faults.size(), FaultKind.POWER_LOSS, at, down, victim, -1, calls << 8));
            }
        }
        return faults;
    }

    private static long momentOf(int loss) {
        return (loss + 1) * INTERVAL - INTERVAL / 3;
    }

    private static List<Operation> writes(Stream lots, long end) {
        List<Operation> operations = new ArrayList<>();
        for (long at = 0; at < end; at += lots.between(MILLI, 12 * MILLI)) {
            Operation.Kind kind = lots.hits(900) ? Operation.Kind.PUT : Operation.Kind.READ;
            operations.add(new Operation(operations.size() + 1, kind, at, lots.below(CLIENTS), lots.below(4), 0));
        }
        return operations;
    }

    /** Counts the losses that happened, by how many they hit; one counts only if something was acknowledged before it. */
    private static final class Losses implements RunListener {
        private final Script script;
        private final int[] hit = new int[LOSSES_PER_RUN];
        private final int[] acknowledged = new int[LOSSES_PER_RUN + 1];

        Losses(Script script) {
            this.script = script;
        }

        @Override
        public void happened(Happening happening) {
            int loss = (int) ((happening.atNanos() + INTERVAL / 3) / INTERVAL) - 1;
            if (happening instanceof Happening.Answered answered
                    && answered.answer().startsWith("done")) {
                acknowledged[Math.min(loss + 1, LOSSES_PER_RUN)]++;
            } else if (happening instanceof Happening.Ended ended
                    && ended.why().equals("lost power")
                    && ended.atNanos() < script.endNanos()) {
                hit[loss]++;
            }
        }

        void addTo(int[] losses) {
            for (int loss = 0; loss < LOSSES_PER_RUN; loss++) {
                losses[acknowledged[loss] > 0 ? hit[loss] : 0]++;
            }
        }
    }
}
