package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.port.KeyHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class BloomFilterTest {
    private static final int KEYS = 50_000;

    private static long hash(String kind, int number) {
        return KeyHash.of((kind + "/" + number).getBytes(StandardCharsets.UTF_8));
    }

    private static long[] hashes(String kind, int count) {
        long[] hashes = new long[count];
        for (int i = 0; i < count; i++) {
            hashes[i] = hash(kind, i);
        }
        return hashes;
    }

    private static boolean mayContain(byte[] filter, long hash) {
        return BloomFilter.mayContain(ByteBuffer.wrap(filter), 0, filter.length, hash);
    }

    @Test
    void never_denies_a_key_that_was_put_in() {
        for (int count : new int[] {1, 2, 7, 100, KEYS}) {
            byte[] filter = BloomFilter.of(hashes("in", count), count, 0.01);
            for (int i = 0; i < count; i++) {
                assertThat(mayContain(filter, hash("in", i))).isTrue();
            }
        }
    }

    /** At least 1,000 wrong answers are counted for each rate: then 20 % is more than six standard deviations. */
    @Test
    void is_wrong_as_often_as_was_asked_for() {
        for (double rate : new double[] {0.3, 0.1, 0.05, 0.01, 0.001}) {
            byte[] filter = BloomFilter.of(hashes("in", KEYS), KEYS, rate);
            int asked = (int) Math.max(100_000, 1_000 / rate);
            int wrong = 0;
            for (int i = 0; i < asked; i++) {
                wrong += mayContain(filter, hash("out", i)) ? 1 : 0;
            }
            assertThat((double) wrong / asked).as("at %s", rate).isBetween(0.8 * rate, 1.2 * rate);
        }
    }

    /** The averages of small filters must be right too: a block of a snapshot has some hundred keys. */
    @Test
    void is_wrong_as_often_with_few_keys() {
        double rate = 0.01;
        int wrong = 0;
        for (int filter = 0; filter < 500; filter++) {
            byte[] bits = BloomFilter.of(hashes("in" + filter, 100), 100, rate);
            for (int i = 0; i < 1_000; i++) {
                wrong += mayContain(bits, hash("out", i)) ? 1 : 0;
            }
        }
        assertThat(wrong / 500_000.0).isBetween(0.8 * rate, 1.2 * rate);
    }

    @Test
    void a_repeated_key_takes_no_room() {
        long[] repeated = new long[1_000];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = hash("in", i % 10);
        }
        assertThat(BloomFilter.of(repeated, repeated.length, 0.01))
                .isEqualTo(BloomFilter.of(hashes("in", 10), 10, 0.01));
    }

    @Test
    void one_that_is_missing_may_contain_anything() {
        assertThat(BloomFilter.mayContain(ByteBuffer.allocate(0), 0, 0, 1)).isTrue();
    }
}
