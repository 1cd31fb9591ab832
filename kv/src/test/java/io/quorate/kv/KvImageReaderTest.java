package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One key from the blocks in which it may stand. */
class KvImageReaderTest {
    private int read;

    /** Reads as an index leads: from the last block whose first key is not above, and on as long as wanted. */
    private @Nullable KeyValue find(List<Images.Block> blocks, byte[] key) {
        int at = -1;
        for (int i = 0; i < blocks.size(); i++) {
            byte[] firstKey = blocks.get(i).firstKey();
            at = firstKey != null && Arrays.compareUnsigned(firstKey, key) <= 0 ? i : at;
        }
        KvImageReader reader = new KvImageReader(key);
        read = 0;
        boolean wanted = at >= 0;
        for (int i = at;
                wanted && i < blocks.size() && (i == at || blocks.get(i).firstKey() == null);
                i++) {
            byte[] bytes = blocks.get(i).bytes();
            wanted = reader.block(bytes, 0, bytes.length);
            read++;
        }
        return reader.newest();
    }

    private static @Nullable KeyValue live(KvStore store, byte[] key) {
        List<KeyValue> kvs = ((RangeResponse) store.view().range(RangeRequest.of(key, Bytes.EMPTY))).kvs();
        return kvs.isEmpty() ? null : kvs.get(0);
    }

    @Test
    void everyKeyIsFoundAndNoOther() {
        for (long seed = 1; seed <= 8; seed++) {
            RandomRequests random = new RandomRequests(seed);
            KvStore store = new KvStore();
            for (int i = 0; i < 400; i++) {
                byte[] key = random.bytes(1 + random.below(2));
                key[0] &= 7;
                store.apply(
                        random.oneIn(4)
                                ? new DeleteRangeRequest(key, Bytes.EMPTY, false)
                                : PutRequest.of(key, random.bytes(random.oneIn(9) ? random.below(500) : 5)));
            }
            store.apply(new CompactRequest(random.below(300), false));
            List<Images.Block> blocks = Images.cut(store);
            List<Images.Block> large = Images.written(store.image(2048, 4096));
            for (int i = 0; i < 8 * 257; i++) {
                byte[] key = i < 8 ? new byte[] {(byte) i} : new byte[] {(byte) ((i - 8) >> 8), (byte) (i - 8)};
                KeyValue expected = live(store, key);
                assertThat(find(blocks, key)).as("seed %d key %d", seed, i).isEqualTo(expected);
                assertThat(find(large, key)).as("seed %d key %d", seed, i).isEqualTo(expected);
                assertThat(expected == null || read == 1).isTrue();
            }
        }
    }

    @Test
    void aLongHistoryCostsOneBlockAndALongValueAllOfItsBlocks() {
        Kv kv = new Kv();
        for (int i = 0; i < 1000; i++) {
            kv.put("often", "value " + i);
        }
        kv.put("zlong", "x".repeat(10_000));
        List<Images.Block> blocks = Images.written(kv.store.image(1024, 2048));
        assertThat(Kv.pair(Objects.requireNonNull(find(blocks, Kv.bytes("often")))))
                .isEqualTo("value 999 2 1001 1000 0");
        assertThat(read).isEqualTo(1);
        assertThat(Objects.requireNonNull(find(blocks, Kv.bytes("zlong"))).value())
                .hasSize(10_000);
        assertThat(read).isEqualTo(5);
    }

    @Test
    void blocksThatAreMissingOrWrongAreRefused() {
        Kv kv = new Kv();
        kv.put("a", "x".repeat(1000));
        List<byte[]> blocks = Images.bytes(Images.cut(kv.store));
        KvImageReader reader = new KvImageReader(Kv.bytes("a"));
        assertThat(reader.block(blocks.get(1), 0, blocks.get(1).length)).isTrue();
        assertThatThrownBy(reader::newest).hasMessage("the blocks end within a key");
        assertThatThrownBy(() -> reader.block(blocks.get(1), 0, blocks.get(1).length))
                .isExactlyInstanceOf(IllegalArgumentException.class);
    }
}
