package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.storage.SnapshotDriver.Texts;
import io.quorate.storage.SnapshotReader.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One key without the whole file. */
final class SnapshotReaderTest {
    private static final int KEYS = 5_000;

    private final MemoryDisk medium = new MemoryDisk("n1");

    private SnapshotReader take(Texts... parts) throws IOException {
        Disk disk = medium.open();
        new SnapshotDriver(disk).take(1, 7, parts);
        return SnapshotReader.open(disk, SnapshotFormat.name(1, 7), SnapshotDriver.CLUSTER);
    }

    private static @Nullable String find(SnapshotReader reader, int part, String key) throws IOException {
        Run run = reader.blockOf(part, Texts.bytes(key));
        if (run == null) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        reader.read(run, (of, payload) -> text.append(StandardCharsets.UTF_8.decode(payload)));
        return text.toString()
                .lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .findFirst()
                .orElse(null);
    }

    @Test
    void each_key_costs_one_block_and_one_page() throws IOException {
        SnapshotReader reader = take(Texts.of("a", 10, 40), Texts.of("k", KEYS, 20));
        assertThat(reader.pages()).hasSizeGreaterThan(2);
        assertThat(reader.blocks()).isGreaterThan(KEYS / 2);
        for (int i = 0; i < KEYS; i++) {
            assertThat(find(reader, 1, Texts.key("k", 2 * i))).isEqualTo("value " + i);
        }
        assertThat(reader.blocksRead()).isEqualTo(KEYS);
        assertThat(reader.pagesRead()).isEqualTo(KEYS);
        assertThat(find(reader, 0, Texts.key("a", 4))).isEqualTo("value 2");
        assertThat(find(reader, 0, Texts.key("k", 4))).isNull();
    }

    @Test
    void a_key_that_is_not_there_costs_a_block_only_without_filters_or_once_in_a_hundred() throws IOException {
        SnapshotReader reader = take(Texts.of("k", KEYS, 400));
        int asked = 20 * KEYS;
        for (int i = 0; i < asked; i++) {
            assertThat(find(reader, 0, Texts.key("k", 2 * (i % KEYS)) + "?" + i))
                    .isNull();
        }
        assertThat((double) reader.blocksRead() / asked).isBetween(0.8 * 0.01, 1.2 * 0.01);

        long before = reader.blocksRead();
        reader.useFilters(false);
        for (int i = 0; i < KEYS; i++) {
            assertThat(find(reader, 0, Texts.key("k", 2 * i + 1))).isNull();
        }
        assertThat(reader.blocksRead() - before).isEqualTo(KEYS);
    }

    @Test
    void a_key_before_all_costs_nothing() throws IOException {
        SnapshotReader reader = take(Texts.of("k", 100, 400));
        reader.useFilters(false);
        assertThat(find(reader, 0, "a")).isNull();
        assertThat(reader.pagesRead()).isZero();
    }

    @Test
    void a_value_over_many_blocks_is_read_with_them_and_nothing_else() throws IOException {
        Texts texts = Texts.of("k", 1_000, 400);
        texts.texts.put(Texts.key("k", 1001), "x".repeat(10_000));
        SnapshotReader reader = take(texts);
        assertThat(find(reader, 0, Texts.key("k", 1001))).isEqualTo("x".repeat(10_000));
        assertThat(reader.blocksRead()).isBetween(25L, 28L);
        assertThat(find(reader, 0, Texts.key("k", 1002))).isEqualTo("value 501");
    }

    @Test
    void keys_too_long_for_the_index_are_found_with_the_run_before_them() throws IOException {
        Texts texts = Texts.of("k", 1_000, 400);
        List<String> longKeys = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            longKeys.add(Texts.key("k", 1001) + "x".repeat(SnapshotIndex.MAX_KEY_BYTES) + i);
            texts.texts.put(longKeys.get(i), "long " + i);
        }
        SnapshotReader reader = take(texts);
        for (int i = 0; i < 5; i++) {
            assertThat(find(reader, 0, longKeys.get(i))).isEqualTo("long " + i);
        }
        assertThat(find(reader, 0, Texts.key("k", 1002))).isEqualTo("value 501");
        assertThat(find(reader, 0, longKeys.get(0) + "?")).isNull();
    }

    @Test
    void a_key_too_long_for_the_index_that_begins_its_part_is_found_too() throws IOException {
        String first = "a" + "x".repeat(2 * SnapshotIndex.MAX_KEY_BYTES);
        Texts texts = Texts.of("k", 1_000, 400);
        for (String key : List.of(first, first + 1, first + 2)) {
            texts.texts.put(key, "of " + key.length());
        }
        SnapshotReader reader = take(Texts.of("b", 1_000, 400), texts);
        for (String key : List.of(first, first + 1, first + 2)) {
            assertThat(find(reader, 1, key)).isEqualTo("of " + key.length());
        }
        assertThat(find(reader, 1, Texts.key("k", 1002))).isEqualTo("value 501");
        assertThat(find(reader, 1, first.substring(1))).isNull();
        assertThat(find(reader, 0, first)).isNull();
        assertThat(find(reader, 0, Texts.key("b", 1002))).isEqualTo("value 501");
    }

    @Test
    void whatever_size_is_asked_chunks_are_whole_and_all() throws IOException {
        SnapshotReader reader = take(Texts.of("k", 200, 400));
        byte[] all = medium.bytes(SnapshotFormat.name(1, 7));
        for (int bytes : new int[] {1, 64, 100, 1_000, 10_000, 1 << 20}) {
            int at = 0;
            while (at < all.length) {
                byte[] found = new byte[reader.readChunks(at, bytes).remaining()];
                reader.readChunks(at, bytes).get(found);
                assertThat(found).isNotEmpty().isEqualTo(Arrays.copyOfRange(all, at, at + found.length));
                assertThat(found.length).isLessThanOrEqualTo(Math.max(bytes, 10_000));
                at += found.length;
            }
            assertThat(reader.readChunks(at, bytes).hasRemaining()).isFalse();
        }
    }
}
