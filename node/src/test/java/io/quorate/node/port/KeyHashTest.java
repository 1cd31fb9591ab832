package io.quorate.node.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyHashTest {
    /** Files hold bits of these numbers: another result is another format. */
    @Test
    void neverChanges() {
        assertThat(hash("")).isEqualTo(0x9CA066F1A4AB2EEAL);
        assertThat(hash("a")).isEqualTo(0x87FB5D43B6888AA1L);
        assertThat(hash("12345678")).isEqualTo(0xDC9457391797EFE7L);
        assertThat(hash("a key of more than two words")).isEqualTo(0x1F1AE1BE67E9D131L);
    }

    @Test
    void isThatOfTheBytesWhereverTheyStand() {
        byte[] inside = "..a key of nine and more..".getBytes(StandardCharsets.UTF_8);
        int length = inside.length - 4;
        byte[] alone = Arrays.copyOfRange(inside, 2, 2 + length);
        assertThat(KeyHash.of(inside, 2, length)).isEqualTo(KeyHash.of(alone));
        ByteBuffer buffer =
                ByteBuffer.allocateDirect(inside.length).put(inside).position(2).limit(2 + length);
        assertThat(KeyHash.of(buffer)).isEqualTo(KeyHash.of(alone));
        assertThat(buffer.position()).isEqualTo(2);
    }

    @Test
    void tellsKeysApartThatDifferInZerosOrLength() {
        Set<Long> hashes = new HashSet<>();
        for (int length = 0; length <= 64; length++) {
            hashes.add(KeyHash.of(new byte[length]));
        }
        assertThat(hashes).hasSize(65);
    }

    /** A filter takes any of the bits, so each bit of a key must reach each of them half of the time. */
    @Test
    void everyBitOfAKeyReachesEveryBitOfTheHash() {
        int keys = 2000;
        for (int length : new int[] {2, 4, 8, 13, 16, 31}) {
            for (int bit = 0; bit < 8 * length; bit++) {
                int[] flipped = new int[Long.SIZE];
                for (int key = 0; key < keys; key++) {
                    byte[] bytes = bytes(key, length);
                    long before = KeyHash.of(bytes);
                    bytes[bit / 8] ^= (byte) (1 << bit % 8);
                    count(before ^ KeyHash.of(bytes), flipped);
                }
                for (int out = 0; out < Long.SIZE; out++) {
                    assertThat(flipped[out])
                            .as("bit %d of %d bytes on bit %d of the hash", bit, length, out)
                            .isBetween(keys * 2 / 5, keys * 3 / 5);
                }
            }
        }
    }

    private static void count(long changed, int[] flipped) {
        for (int out = 0; out < Long.SIZE; out++) {
            flipped[out] += (int) (changed >>> out & 1);
        }
    }

    /** A number, then what a person would repeat. */
    private static byte[] bytes(int key, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i < 4 ? key >>> (8 * i) : 'x');
        }
        return bytes;
    }

    private static long hash(String key) {
        return KeyHash.of(key.getBytes(StandardCharsets.UTF_8));
    }
}
