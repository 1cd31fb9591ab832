package io.quorate.sim.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What one fault draws does not depend on which other faults there are: with any of them taken away, it decides the same. */
class FaultStreamsTest {
    private static final long SECOND = 1_000_000_000;
    private static final int MESSAGES = 200;

    /** Each decides by itself what a message meets, and shows it: by the loss, a second arrival, or a later one. */
    private static final List<FaultKind> KINDS = List.of(
            FaultKind.LOSS, FaultKind.DUPLICATION, FaultKind.REORDERING, FaultKind.DELAY, FaultKind.STALE_PACKET);

    private static final List<Fault> FAULTS = faults();

    /** The same, and one more of each kind, so that two of a kind are on at once. */
    private static List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        for (int number = 0; number < 2 * KINDS.size(); number++) {
            FaultKind kind = KINDS.get(number % KINDS.size());
            long strength = kind == FaultKind.DELAY ? 1_000 : kind == FaultKind.STALE_PACKET ? 50 + number : 200;
            faults.add(new Fault(number, kind, 0, MESSAGES * 2 * SECOND, 0, 1, strength));
        }
        return faults;
    }

    /** What became of a message: when it arrived after it was sent, and its copies after that; or that it was lost. */
    private record Fate(boolean isLost, long took, List<Long> copies) {}

    @Test
    void onALinkEachDecidesForEveryMessageAsItDoesAlone() {
        for (long seed = 1; seed <= 5; seed++) {
            List<Fate> bare = fates(seed, List.of());
            List<List<Fate>> alone = new ArrayList<>();
            for (Fault fault : FAULTS) {
                alone.add(fates(seed, List.of(fault)));
                assertThat(alone.get(fault.number()))
                        .as("fault %s does something", fault.kind())
                        .isNotEqualTo(bare);
            }
            for (int without = -1; without < FAULTS.size(); without++) {
                List<Fault> on = without(FAULTS, without);
                assertThat(fates(seed, on))
                        .as("seed %d without fault %d", seed, without)
                        .isEqualTo(together(bare, alone, on));
            }
        }
    }

    /** What a message meets where each of the faults does to it what it does when it is the only one. */
    private static List<Fate> together(List<Fate> bare, List<List<Fate>> alone, List<Fault> on) {
        List<Fate> fates = new ArrayList<>();
        for (int message = 0; message < MESSAGES; message++) {
            long plain = bare.get(message).took();
            boolean isLost = false;
            long took = plain;
            List<Long> copies = new ArrayList<>();
            for (Fault fault : on) {
                Fate own = alone.get(fault.number()).get(message);
                isLost |= own.isLost();
                took += own.isLost() ? 0 : own.took() - plain;
                copies.addAll(own.copies());
            }
            copies.sort(null);
            fates.add(isLost ? new Fate(true, 0, List.of()) : new Fate(false, took, copies));
        }
        return fates;
    }

    @Test
    void aPartitionLeavesTheLinksOtherFaultsTheirNumbers() {
        Fault cut = new Fault(90, FaultKind.PARTITION, 50 * SECOND - 1, 60 * SECOND, -1, -1, 1L << 1);
        List<Fault> more = new ArrayList<>(FAULTS);
        more.add(0, cut);
        List<Fate> with = fates(1, more);
        List<Fate> without = fates(1, FAULTS);
        assertThat(with.subList(50, 110)).allMatch(Fate::isLost);
        assertThat(with.subList(110, MESSAGES)).isEqualTo(without.subList(110, MESSAGES));
    }

    @Test
    void eachSlowDiskDelaysAsItDoesAlone() {
        Fault one = slowDisk(3, 0);
        Fault two = slowDisk(4, 0);
        Fault other = slowDisk(5, 1);
        long[] ofOne = delays(0, List.of(one));
        long[] ofTwo = delays(0, List.of(two));
        assertThat(ofOne).isNotEqualTo(ofTwo);
        long[] sum = new long[ofOne.length];
        Arrays.setAll(sum, k -> ofOne[k] + ofTwo[k]);
        assertThat(delays(0, List.of(one, two, other))).isEqualTo(sum);
        assertThat(delays(1, List.of(one, two, other))).isEqualTo(delays(1, List.of(other)));
    }

    private static Fault slowDisk(int number, int member) {
        return new Fault(number, FaultKind.SLOW_DISK, 0, SECOND, member, -1, 1_000);
    }

    /** Of one member's flushes, while another's disk flushes too. */
    private static long[] delays(int member, List<Fault> faults) {
        CoreWorld world = world(1, faults, RunListener.NONE);
        world.queue.runUntil(1);
        long[] delays = new long[20];
        for (int k = 0; k < delays.length; k++) {
            delays[k] = world.faults.diskDelay(member);
            world.faults.diskDelay(1 - member);
        }
        return delays;
    }

    /** The streams themselves: who draws before makes no difference. */
    @Test
    void aFaultFindsItsNumbersWhoeverDrewBefore() {
        FaultStreams alone = new FaultStreams(new KeyedRandom(7));
        FaultStreams shared = new FaultStreams(new KeyedRandom(7));
        List<Long> own = new ArrayList<>();
        List<Long> amongOthers = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            own.add(alone.of(FAULTS.get(3)).next());
            FAULTS.forEach(fault -> {
                long drawn = shared.of(fault).next();
                if (fault.number() == 3) {
                    amongOthers.add(drawn);
                }
            });
        }
        assertThat(amongOthers).isEqualTo(own).doesNotHaveDuplicates();
    }

    // ---- two members that never start, so that all that happens is what the link does

    private static List<Fault> without(List<Fault> faults, int number) {
        return faults.stream().filter(fault -> fault.number() != number).toList();
    }

    private static CoreWorld world(long seed, List<Fault> faults, RunListener listener) {
        Script any = Swarm.core(1);
        long end = MESSAGES * 2 * SECOND;
        CoreWorld world =
                new CoreWorld(new Script(seed, Profile.CORE, 2, 1, 1, any.limits(), end, faults, List.of()), listener);
        world.faults.plan();
        return world;
    }

    private static List<Fate> fates(long seed, List<Fault> faults) {
        List<List<Long>> arrivals = new ArrayList<>();
        boolean[] isLost = new boolean[MESSAGES];
        Set<FaultKind> takers = EnumSet.of(FaultKind.LOSS, FaultKind.PARTITION);
        CoreWorld world = world(seed, faults, happening -> {
            if (happening instanceof Happening.Lost lost) {
                int number = (int) lost.message().term() - 1;
                if (takers.stream().anyMatch(kind -> kind.name().equals(lost.by()))) {
                    isLost[number] = true;
                } else {
                    arrivals.get(number).add(lost.atNanos() - number * SECOND); // where nobody is: that is an arrival
                }
            }
        });
        for (int number = 0; number < MESSAGES; number++) {
            arrivals.add(new ArrayList<>());
            Message message = new Message.RequestVote(0, 1, 2, number + 1, 0, 0, false);
            world.queue.at(number * SECOND + 1, () -> world.links.send(new Parcel(0, 1, 1, message, List.of())));
        }
        world.queue.runUntil(2 * MESSAGES * SECOND);
        List<Fate> fates = new ArrayList<>();
        for (int number = 0; number < MESSAGES; number++) {
            List<Long> times = arrivals.get(number);
            long first = isLost[number] ? 0 : times.get(0);
            List<Long> copies =
                    times.stream().skip(1).map(at -> at - first).sorted().toList();
            fates.add(new Fate(isLost[number], first, copies));
        }
        return fates;
    }
}
