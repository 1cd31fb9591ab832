package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.storage.SnapshotDriver.Texts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A small snapshot of every kind of chunk. For every byte of it: each of its bits is flipped, everything from there on is zeroed,
 * the file ends there. Each of these is refused with the file and where the chunk begins that does not hold, when it is read and
 * when it is received.
 */
final class SnapshotDamageTest {
    private static final String NAME = SnapshotFormat.name(1, 7);

    private byte[] original = {};
    private @Nullable SnapshotInfo info;
    private final List<Integer> starts = new ArrayList<>();

    @BeforeEach
    void writeTheSnapshot() throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        Texts texts = Texts.of("k", 12, 60);
        texts.texts.put("long", "x".repeat(200));
        info = new SnapshotDriver(disk.open()).take(1, 7, Texts.of("s", 2, 50), texts);
        original = disk.bytes(NAME);
        starts.add(0);
        ByteBuffer bytes = ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = SnapshotHeader.BYTES; at < original.length; ) {
            starts.add(at);
            at += SnapshotFormat.chunkBytes(SnapshotFormat.payloadBytes(bytes, at));
        }
        assertThat(starts).hasSizeGreaterThan(8);
    }

    /** Where the chunk or the header begins in which that byte is. */
    private int start(int at) {
        return starts.stream().filter(start -> start <= at).reduce(0, Math::max);
    }

    private void requireRefused(byte[] changed, int at) throws IOException {
        requireRefusedWhenRead(changed, at);
        requireRefusedWhenReceived(changed, at);
    }

    private void requireRefusedWhenRead(byte[] changed, int at) throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        disk.put(NAME, changed);
        try (SnapshotReader reader = SnapshotReader.open(disk.open(), NAME, SnapshotDriver.CLUSTER)) {
            reader.readAll((part, payload) -> {});
            throw new AssertionError("nothing was said of byte " + at);
        } catch (SnapshotException e) {
            assertThat(e.reason()).isEqualTo(SnapshotRefusal.DAMAGED);
            assertThat(e.getMessage()).startsWith("snapshot n1/" + NAME + " is refused at offset " + e.offset());
            assertThat(e.offset()).isEqualTo(start(at));
        }
    }

    private void requireRefusedWhenReceived(byte[] changed, int at) throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        SnapshotDriver driver = new SnapshotDriver(disk.open());
        driver.store.receive(1, Objects.requireNonNull(info));
        driver.run();
        driver.store.chunks(1, 0, ByteBuffer.wrap(changed));
        driver.run();
        assertThat(driver.store.snapshots()).isEmpty();
        if (changed.length > start(at)) {
            assertThat(driver.refusal).as("byte %d", at).isEqualTo(SnapshotRefusal.DAMAGED);
        } else {
            assertThat(driver.nextOffset).isEqualTo(start(at));
        }
        // What is whole before the damage was kept.
        assertThat(disk.bytes(NAME + ".part")).isEqualTo(Arrays.copyOf(original, start(at)));
    }

    @Test
    void every_flipped_bit_is_named() throws IOException {
        for (int at = 0; at < original.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = original.clone();
                changed[at] ^= (byte) (1 << bit);
                requireRefused(changed, at);
            }
        }
    }

    @Test
    void every_cut_is_named() throws IOException {
        for (int at = 0; at < original.length; at++) {
            requireRefused(Arrays.copyOf(original, at), at);
        }
    }

    @Test
    void zeros_from_any_byte_on_are_named() throws IOException {
        for (int at = 0; at < original.length; at++) {
            byte[] changed = original.clone();
            Arrays.fill(changed, at, changed.length, (byte) 0);
            int first = Arrays.mismatch(original, changed);
            if (first >= 0) {
                requireRefused(changed, first);
            }
        }
    }

    @Test
    void bytes_behind_the_end_are_named() throws IOException {
        byte[] changed = Arrays.copyOf(original, original.length + 8);
        requireRefusedSomewhere(changed);
    }

    @Test
    void a_chunk_left_out_or_put_twice_is_named() throws IOException {
        for (int i = 1; i + 1 < starts.size(); i++) {
            int from = starts.get(i);
            int end = starts.get(i + 1);
            byte[] without = new byte[original.length - (end - from)];
            System.arraycopy(original, 0, without, 0, from);
            System.arraycopy(original, end, without, from, original.length - end);
            requireRefusedSomewhere(without);
            byte[] twice = new byte[original.length + (end - from)];
            System.arraycopy(original, 0, twice, 0, end);
            System.arraycopy(original, from, twice, end, original.length - from);
            requireRefusedSomewhere(twice);
        }
    }

    private static void requireRefusedSomewhere(byte[] changed) {
        MemoryDisk disk = new MemoryDisk("n1");
        disk.put(NAME, changed);
        assertThatThrownBy(() -> {
                    try (SnapshotReader reader = SnapshotReader.open(disk.open(), NAME, 0)) {
                        reader.readAll((part, payload) -> {});
                    }
                })
                .isInstanceOf(SnapshotException.class);
    }

    @Test
    void a_newer_format_is_named() throws IOException {
        byte[] changed = original.clone();
        changed[8] = 2;
        CRC32C crc = new CRC32C();
        crc.update(changed, 0, 60);
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(60, (int) crc.getValue());
        MemoryDisk disk = new MemoryDisk("n1");
        disk.put(NAME, changed);
        assertThatThrownBy(() -> SnapshotReader.open(disk.open(), NAME, 0))
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining("n1/" + NAME)
                .hasMessageContaining("format 2");

        SnapshotDriver driver = new SnapshotDriver(new MemoryDisk("n1").open());
        driver.store.receive(1, Objects.requireNonNull(info));
        driver.run();
        driver.store.chunks(1, 0, ByteBuffer.wrap(changed));
        driver.run();
        assertThat(driver.refusal).isEqualTo(SnapshotRefusal.NEWER_FORMAT);
    }

    @Test
    void one_of_another_cluster_is_named() throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        disk.put(NAME, original);
        Disk opened = disk.open();
        assertThatThrownBy(() -> SnapshotReader.open(opened, NAME, 0xc2))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("it is of cluster c1, not of c2");
        SnapshotFiles store = SnapshotFiles.open(opened, 0xc2, SnapshotDriver.OPTIONS, LogDriver.entropy(1));
        assertThat(store.snapshots()).isEmpty();
        assertThat(store.flaw(1, SnapshotDriver.mark(7))).contains("it is of cluster c1, not of c2");
        assertThat(opened.list()).containsExactly(NAME);
    }

    @Test
    void one_under_another_name_is_not_taken() throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        disk.put(SnapshotFormat.name(1, 8), original);
        SnapshotFiles store = SnapshotFiles.open(disk.open(), SnapshotDriver.CLUSTER, SnapshotDriver.OPTIONS, () -> 1);
        assertThat(store.snapshots()).isEmpty();
        assertThat(store.flaw(1, SnapshotDriver.mark(8))).contains("another group or index");
    }
}
