package io.quorate.raft.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.SplitMix64;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumTest {
    /** One column per voter, as tall as its value: what a majority has reached is where the line may be drawn. */
    @ParameterizedTest
    @CsvSource({
        "'4          ', 4",
        "'4 2        ', 2",
        "'4 2 9      ', 4",
        "'1 1 9      ', 1",
        "'5 5 5 1    ', 5",
        "'5 5 1 1    ', 1",
        "'7 6 5 4 3  ', 5",
        "'0 0 0 8 9  ', 0",
        "'1 2 3 4 5 6', 3",
    })
    void aMajorityHasReached(String values, long reached) {
        long[] bySlot = Arrays.stream(values.trim().split(" +"))
                .mapToLong(Long::parseLong)
                .toArray();
        assertThat(new Quorum(slots(bySlot.length), new int[0]).reached(bySlot)).isEqualTo(reached);
    }

    /** Both halves must agree, so the lower line counts: old 0 1 2, new 2 3 4. */
    @ParameterizedTest
    @CsvSource({"9 9 9 0 0, 0", "0 0 9 9 9, 0", "9 5 0 7 6, 5", "9 9 9 9 9, 9", "3 4 5 6 7, 4"})
    void jointly(String values, long reached) {
        long[] bySlot =
                Arrays.stream(values.split(" ")).mapToLong(Long::parseLong).toArray();
        Quorum joint = new Quorum(new int[] {2, 3, 4}, new int[] {0, 1, 2});
        assertThat(joint.reached(bySlot)).isEqualTo(reached);
    }

    @ParameterizedTest
    @CsvSource({
        "1, y, won",
        "2, y., open",
        "2, yn, lost",
        "3, yy., won",
        "3, y.., open",
        "3, ynn, lost",
        "4, yy.., open",
        "4, yynn, lost",
        "4, yyy., won",
        "5, yyy.., won",
        "5, nnn.., lost",
        "5, yynn., open"
    })
    void anElection(int size, String votes, String outcome) {
        boolean[] yes = new boolean[size];
        boolean[] no = new boolean[size];
        for (int slot = 0; slot < size; slot++) {
            yes[slot] = votes.charAt(slot) == 'y';
            no[slot] = votes.charAt(slot) == 'n';
        }
        Quorum quorum = new Quorum(slots(size), new int[0]);
        assertThat(quorum.isWon(yes)).isEqualTo(outcome.equals("won"));
        assertThat(quorum.isLost(no)).isEqualTo(outcome.equals("lost"));
    }

    @Test
    void withoutVotersNothingIsDecided() {
        Quorum nobody = new Quorum(new int[0], new int[0]);
        assertThat(nobody.isWon(new boolean[3])).isFalse();
        assertThat(nobody.isLost(new boolean[3])).isTrue();
        assertThat(nobody.reached(new long[] {5, 5, 5})).isEqualTo(Long.MIN_VALUE);
    }

    /** The naive model asks of every value whether enough have reached it, and of every vote whether enough gave it. */
    @Test
    void itEqualsTheNaiveModel() {
        SplitMix64 random = new SplitMix64(11);
        for (int round = 0; round < 20_000; round++) {
            int slots = 1 + random.below(7);
            int[] voters = someSlots(slots, random);
            int[] outgoing = random.below(2) == 0 ? new int[0] : someSlots(slots, random);
            long[] values = new long[slots];
            boolean[] yes = new boolean[slots];
            boolean[] no = new boolean[slots];
            for (int slot = 0; slot < slots; slot++) {
                values[slot] = random.below(6);
                int vote = random.below(3);
                yes[slot] = vote == 0;
                no[slot] = vote == 1;
            }
            Quorum quorum = new Quorum(voters, outgoing);
            String drawn = String.format(
                    Locale.ROOT,
                    "%s %s %s",
                    Arrays.toString(voters),
                    Arrays.toString(outgoing),
                    Arrays.toString(values));
            assertThat(quorum.reached(values)).as(drawn).isEqualTo(naiveReached(voters, outgoing, values));
            assertThat(quorum.isWon(yes)).as(drawn).isEqualTo(naiveWon(voters, outgoing, yes));
            boolean[] notNo = new boolean[slots];
            for (int slot = 0; slot < slots; slot++) {
                notNo[slot] = !no[slot];
            }
            assertThat(quorum.isLost(no)).as(drawn).isEqualTo(!naiveWon(voters, outgoing, notNo));
        }
    }

    private static long naiveReached(int[] voters, int[] outgoing, long[] values) {
        long best = Long.MIN_VALUE;
        for (long value : values) {
            boolean[] reached = new boolean[values.length];
            for (int slot = 0; slot < values.length; slot++) {
                reached[slot] = values[slot] >= value;
            }
            best = naiveWon(voters, outgoing, reached) ? Math.max(best, value) : best;
        }
        return best;
    }

    private static boolean naiveWon(int[] voters, int[] outgoing, boolean[] yes) {
        return isMoreThanHalf(voters, yes) && (outgoing.length == 0 || isMoreThanHalf(outgoing, yes));
    }

    private static boolean isMoreThanHalf(int[] half, boolean[] yes) {
        return Arrays.stream(half).filter(slot -> yes[slot]).count() * 2 > half.length;
    }

    private static int[] someSlots(int slots, SplitMix64 random) {
        int mask = 1 + random.below((1 << slots) - 1);
        return Arrays.stream(slots(slots))
                .filter(slot -> (mask >> slot & 1) == 1)
                .toArray();
    }

    private static int[] slots(int count) {
        int[] slots = new int[count];
        Arrays.setAll(slots, slot -> slot);
        return slots;
    }
}
