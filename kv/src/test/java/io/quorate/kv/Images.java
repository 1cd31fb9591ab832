package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes images to lists of blocks, under the rules of a block sink, and stores from them. */
final class Images {
    /** What a block is said to hold. */
    record Block(byte[] bytes, byte @Nullable [] firstKey, List<String> keys) {
        Block with(byte[] other) {
            return new Block(other, firstKey, keys);
        }
    }

    private Images() {}

    /** Blocks that are large enough for all that random requests make, but for some keys. */
    static List<Block> of(KvStore store) {
        return written(store.image(512, 4096));
    }

    /** Of so small blocks that nearly everything is cut. */
    static List<Block> cut(KvStore store) {
        return written(store.image(KvImage.LEAST_MAX_BYTES, KvImage.LEAST_MAX_BYTES));
    }

    static List<Block> written(KvImage image) {
        List<Block> blocks = new ArrayList<>();
        boolean more = true;
        while (more) {
            more = image.writeNext(sink(blocks));
        }
        image.close();
        return blocks;
    }

    static KvImage.Sink sink(List<Block> blocks) {
        return (bytes, length, firstKey, keys) -> {
            assertThat(length).isPositive();
            assertThat(keys.isEmpty()).isEqualTo(firstKey == null);
            if (firstKey != null) {
                blocks.stream()
                        .map(Block::firstKey)
                        .filter(before -> before != null)
                        .forEach(before -> assertThat(Arrays.compareUnsigned(before, firstKey))
                                .isNegative());
                keys.forEach(
                        key -> assertThat(Arrays.compareUnsigned(firstKey, key)).isNotPositive());
            }
            List<String> names = keys.stream().map(Kv::string).toList();
            blocks.add(new Block(Arrays.copyOf(bytes, length), firstKey, names));
            Arrays.fill(bytes, (byte) -1);
        };
    }

    static List<byte[]> bytes(List<Block> blocks) {
        return blocks.stream().map(Block::bytes).toList();
    }

    static void assertEqual(String where, List<Block> blocks, List<Block> expected) {
        assertThat(bytes(blocks))
                .as(where)
                .usingElementComparator(Arrays::compare)
                .isEqualTo(bytes(expected));
    }

    /** Feeds blocks to a store that has another content, and gives it. */
    static KvStore restored(List<Block> blocks) {
        KvStore store = new KvStore();
        store.apply(Kv.putOp("what was here before", "x"));
        restore(store, blocks);
        return store;
    }

    static void restore(KvStore store, List<Block> blocks) {
        View before = store.view();
        int hash = before.hash();
        KvRestore restore = store.restore();
        try {
            for (Block block : blocks) {
                // Somewhere in a larger array, which is somebody else's afterwards.
                byte[] framed = new byte[block.bytes().length + 9];
                System.arraycopy(block.bytes(), 0, framed, 4, block.bytes().length);
                restore.block(framed, 4, block.bytes().length);
                Arrays.fill(framed, (byte) -1);
                assertThat(store.view()).isSameAs(before);
            }
            restore.finish();
        } catch (IllegalArgumentException refused) {
            assertThat(store.view()).isSameAs(before);
            throw refused;
        } finally {
            assertThat(before.hash()).isEqualTo(hash);
        }
    }
}
