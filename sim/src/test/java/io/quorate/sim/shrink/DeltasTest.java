package io.quorate.sim.shrink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeltasTest {
    private static final List<Integer> HUNDRED = IntStream.range(0, 100).boxed().toList();

    @Test
    void whatIsNeededStaysInItsOrder() {
        for (List<Integer> needed : List.of(List.of(0), List.of(99), List.of(3, 50, 51), List.of(0, 33, 66, 99))) {
            assertThat(Deltas.reduce(HUNDRED, part -> part.containsAll(needed))).isEqualTo(needed);
        }
    }

    @Test
    void whenNothingIsNeededNothingStays() {
        assertThat(Deltas.reduce(HUNDRED, part -> true)).isEmpty();
        assertThat(Deltas.reduce(List.of(), part -> false)).isEmpty();
    }

    @Test
    void whenAllIsNeededAllStays() {
        assertThat(Deltas.reduce(HUNDRED, part -> part.size() == 100)).isEqualTo(HUNDRED);
    }

    @Test
    void noElementCanBeLeftOutOfWhatStays() {
        // One of two pairs is enough, so there are several minima: any of them will do.
        List<Integer> part = Deltas.reduce(HUNDRED, DeltasTest::hasAPair);
        for (int gone = 0; gone < part.size(); gone++) {
            List<Integer> less = new ArrayList<>(part);
            less.remove(gone);
            assertThat(hasAPair(less)).isFalse();
        }
    }

    private static boolean hasAPair(List<Integer> part) {
        return part.containsAll(List.of(10, 90)) || part.containsAll(List.of(20, 80));
    }

    @Test
    void theLeastNumberIsFound() {
        for (long least : new long[] {1, 2, 41, 99, 100}) {
            assertThat(Deltas.least(1, 100, number -> number >= least)).isEqualTo(least);
        }
    }
}
