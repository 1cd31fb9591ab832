package io.quorate.sim.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The set of worlds seen, against one of the JDK's. */
class DigestSetTest {
    @Test
    void itHoldsWhatASetHolds() {
        Random random = new Random(5);
        DigestSet set = new DigestSet();
        TreeSet<String> expected = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            long high = random.nextInt(200);
            long low = (long) random.nextInt(200) << 40;
            assertThat(set.add(high, low)).isEqualTo(expected.add(high + " " + low));
        }
        assertThat(set.size()).isEqualTo(expected.size()).isGreaterThan(10_000);
    }

    @Test
    void zeroIsADigestToo() {
        DigestSet set = new DigestSet();
        assertThat(set.add(0, 0)).isTrue();
        assertThat(set.add(0, 0)).isFalse();
    }
}
