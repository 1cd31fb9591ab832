package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.Agent;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.StateImage;
import io.quorate.storage.MemoryDisk.Loss;
import io.quorate.storage.MemoryDisk.Operation;
import io.quorate.storage.SnapshotDriver.Texts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Taking, keeping, restoring and dropping snapshots. */
final class SnapshotFilesTest {
    private static final Loss[] LOSSES = Loss.values();

    private final MemoryDisk medium = new MemoryDisk("n1");

    @Test
    void what_was_written_is_restored_part_by_part() throws IOException {
        SnapshotDriver driver = new SnapshotDriver(medium.open());
        Texts sessions = Texts.of("session", 3, 100);
        Texts state = Texts.of("k", 500, 100);
        state.texts.put("long", "x".repeat(1000));
        SnapshotInfo taken = driver.take(1, 7, sessions, new Texts(100), state);

        assertThat(sessions.closed && state.closed).isTrue();
        assertThat(driver.store.snapshots()).containsExactly(taken);
        medium.crash(Loss.EVERYTHING, LogDriver.entropy(1));

        SnapshotDriver next = new SnapshotDriver(medium.open());
        assertThat(next.store.snapshots()).containsExactly(taken);
        Texts[] restored = {new Texts(100), new Texts(100), new Texts(100)};
        next.store.restore(2, 1, 7, List.of(restored));
        next.run();
        assertThat(next.told).containsExactly("restored 7");
        for (Texts each : restored) {
            each.finish();
        }
        assertThat(restored[0].texts).isEqualTo(sessions.texts);
        assertThat(restored[1].texts).isEmpty();
        assertThat(restored[2].texts).isEqualTo(state.texts);
    }

    @Test
    void equal_states_give_equal_bytes_but_for_the_id() throws IOException {
        SnapshotDriver driver = new SnapshotDriver(medium.open());
        driver.take(1, 7, Texts.of("k", 500, 100));
        MemoryDisk other = new MemoryDisk("n2");
        new SnapshotDriver(other.open()).take(1, 7, Texts.of("k", 500, 100));
        String name = SnapshotFormat.name(1, 7);
        assertThat(medium.bytes(name)).isEqualTo(other.bytes(name));
    }

    /** The process is stopped before each of its calls to the disk, and the power goes in every way. */
    @Test
    void a_crash_at_any_call_leaves_what_was_told_and_nothing_half() throws IOException {
        int calls = 0;
        for (boolean more = true; more; calls++) {
            more = false;
            for (Loss loss : LOSSES) {
                more |= crashAt(calls, loss);
            }
        }
        assertThat(calls).isGreaterThan(20);
    }

    private static boolean crashAt(int calls, Loss loss) throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        new SnapshotDriver(disk.open()).take(1, 7, Texts.of("k", 20, 100));
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        List<String> told = new ArrayList<>();
        boolean crashed = false;
        int[] left = {calls};
        disk.hook((operation, name, bytes) -> {
            if (left[0]-- <= 0) {
                throw new IOException("stopped");
            }
        });
        try {
            SnapshotDriver driver = new SnapshotDriver(disk.open());
            driver.store.write(1, 1, SnapshotDriver.mark(9), List.of(Texts.of("k", 30, 100)));
            driver.run();
            told.addAll(driver.told);
            if (told.contains("written 9")) {
                driver.store.dropBefore(1, 9);
                driver.run();
            }
        } catch (IOException e) {
            crashed = true;
        }
        crashed |= left[0] < 0;
        disk.hook(MemoryDisk.Hook.NONE);
        disk.crash(loss, LogDriver.entropy(calls));

        Disk after = disk.open();
        SnapshotDriver next = new SnapshotDriver(after);
        List<Long> indexes =
                next.store.snapshots().stream().map(info -> info.mark().index()).toList();
        if (told.contains("written 9")) {
            assertThat(indexes).contains(9L);
        } else {
            assertThat(indexes).contains(7L);
        }
        for (SnapshotInfo info : next.store.snapshots()) {
            assertThat(next.store.flaw(1, info.mark())).isNull();
        }
        assertThat(after.list()).allMatch(SnapshotFiles::isSnapshot);
        return crashed;
    }

    @Test
    void a_full_disk_ends_it_and_leaves_nothing_behind() throws IOException {
        Disk disk = medium.open();
        SnapshotDriver driver = new SnapshotDriver(disk);
        driver.take(1, 7, Texts.of("k", 20, 100));
        medium.capacity(8192);
        Texts large = Texts.of("k", 5_000, 100);
        driver.store.write(2, 1, SnapshotDriver.mark(9), List.of(large));
        driver.run();
        assertThat(driver.refusal).isEqualTo(SnapshotRefusal.DISK_FULL);
        assertThat(large.closed).isTrue();
        assertThat(disk.list()).containsExactly(SnapshotFormat.name(1, 7));

        medium.capacity(1 << 20);
        driver.take(1, 9, Texts.of("k", 5_000, 100));
    }

    @Test
    void the_reserve_of_the_log_is_never_taken() throws IOException {
        medium.capacity(100_000);
        Disk disk = medium.open();
        SnapshotDriver driver = new SnapshotDriver(disk, SnapshotDriver.OPTIONS.withReserveBytes(100_000));
        driver.take(1, 7, Texts.of("k", 5, 100));
        driver.store.write(2, 1, SnapshotDriver.mark(9), List.of(Texts.of("k", 5, 100)));
        driver.run();
        assertThat(driver.refusal).isEqualTo(SnapshotRefusal.DISK_FULL);
        assertThat(driver.told.get(1)).contains("100000 are reserved for the log");
        assertThat(disk.list()).containsExactly(SnapshotFormat.name(1, 7));
    }

    @Test
    void a_failed_flush_ends_it_and_leaves_nothing_behind() throws IOException {
        Disk disk = medium.open();
        SnapshotDriver driver = new SnapshotDriver(disk);
        medium.hook((operation, name, bytes) -> {
            if (operation == Operation.FORCE) {
                throw new MemoryDisk.FailedFlushException();
            }
        });
        driver.store.write(2, 1, SnapshotDriver.mark(9), List.of(Texts.of("k", 5, 100)));
        driver.run();
        assertThat(driver.refusal).isEqualTo(SnapshotRefusal.DISK_FAILED);
        assertThat(driver.store.snapshots()).isEmpty();
        assertThat(disk.list()).isEmpty();
    }

    @Test
    void an_image_that_throws_is_named() throws IOException {
        SnapshotDriver driver = new SnapshotDriver(medium.open());
        StateImage image = sink -> {
            sink.block(ByteBuffer.allocate(BlockSink.MAX_BYTES + 1));
            return true;
        };
        driver.store.write(2, 1, SnapshotDriver.mark(9), List.of(image));
        driver.run();
        assertThat(driver.told).hasSize(1);
        assertThat(driver.told.get(0))
                .startsWith("refused STATE_MACHINE")
                .contains("a block must have 1 to 1048576 bytes, got 1048577");
    }

    @Test
    void first_keys_must_rise() throws IOException {
        SnapshotDriver driver = new SnapshotDriver(medium.open());
        StateImage image = sink -> {
            sink.block(ByteBuffer.allocate(1), new byte[] {1}, new long[1], 1);
            return true;
        };
        driver.store.write(2, 1, SnapshotDriver.mark(9), List.of(image));
        driver.run();
        assertThat(driver.told.get(0)).contains("the first keys of blocks must rise");
    }

    @Test
    void what_is_released_is_removed() throws IOException {
        Disk disk = medium.open();
        SnapshotDriver driver = new SnapshotDriver(disk);
        Texts texts = Texts.of("k", 500, 100);
        driver.store.write(2, 1, SnapshotDriver.mark(9), List.of(texts));
        for (int i = 0; i < 10; i++) {
            driver.store.agent().turn(0);
        }
        assertThat(disk.list()).containsExactly(SnapshotFormat.name(1, 9) + ".tmp");
        driver.store.release(2);
        driver.run();
        assertThat(disk.list()).isEmpty();
        assertThat(texts.closed).isTrue();
        assertThat(driver.told).isEmpty();
    }

    @Test
    void older_ones_go_when_nobody_reads_them_and_the_newest_stays() throws IOException {
        SnapshotDriver driver = new SnapshotDriver(medium.open());
        driver.take(1, 7, Texts.of("k", 5, 100));
        driver.take(2, 3, Texts.of("k", 5, 100));
        driver.store.open(9, 1, 0);
        driver.run();
        driver.take(1, 8, Texts.of("k", 5, 100));
        driver.take(1, 9, Texts.of("k", 5, 100));
        driver.store.dropBefore(1, 100);
        driver.run();
        assertThat(indexes(driver)).containsExactly("1/7", "1/9", "2/3");
        driver.store.release(9);
        driver.run();
        assertThat(indexes(driver)).containsExactly("1/9", "2/3");
    }

    private static List<String> indexes(SnapshotDriver driver) {
        return driver.store.snapshots().stream()
                .map(info -> info.group() + "/" + info.mark().index())
                .toList();
    }

    @Test
    void one_that_tells_nothing_new_is_not_written() throws IOException {
        SnapshotDriver driver = new SnapshotDriver(medium.open());
        driver.take(1, 7, Texts.of("k", 5, 100));
        SnapshotInfo first = driver.info;
        driver.store.write(2, 1, SnapshotDriver.mark(7), List.of(Texts.of("k", 5, 100)));
        driver.run();
        assertThat(driver.info).as("the one that is here stands for it").isEqualTo(first);
        assertThat(driver.store.snapshots()).containsExactly(first);
        driver.store.write(3, 1, SnapshotDriver.mark(6), List.of(Texts.of("k", 5, 100)));
        driver.run();
        assertThat(driver.refusal).isEqualTo(SnapshotRefusal.NOT_NEEDED);
    }

    @Test
    void one_that_is_not_here_is_not_opened() throws IOException {
        SnapshotDriver driver = new SnapshotDriver(medium.open());
        driver.store.open(9, 1, 0);
        driver.run();
        assertThat(driver.refusal).isEqualTo(SnapshotRefusal.GONE);
    }

    @Test
    void writing_keeps_to_its_pace() throws IOException {
        SnapshotDriver driver = new SnapshotDriver(medium.open(), SnapshotDriver.OPTIONS.withBytesPerSecond(1_000));
        driver.store.write(2, 1, SnapshotDriver.mark(9), List.of(Texts.of("k", 500, 100)));
        long now = 0;
        for (long next = 0; next != Agent.NEVER; next = driver.store.agent().turn(now)) {
            now = Math.max(now, next);
        }
        long bytes = driver.store.snapshots().get(0).bytes();
        assertThat(now).isBetween((bytes - 2_000) * 1_000_000L, bytes * 1_000_000L);
    }

    @Test
    void a_state_has_a_place_for_each_part_and_may_have_more() throws IOException {
        SnapshotDriver driver = new SnapshotDriver(medium.open());
        driver.take(1, 7, Texts.of("k", 5, 100), Texts.of("l", 5, 100));
        driver.store.restore(2, 1, 7, List.of(new Texts(100)));
        driver.run();
        assertThat(driver.told.get(1)).startsWith("refused STATE_MACHINE").contains("it has 2 parts, the state has 1");
        driver.store.restore(3, 1, 7, List.of(new Texts(100), new Texts(100), new Texts(100)));
        driver.run();
        assertThat(driver.told.get(2)).isEqualTo("restored 7");
        assertThatThrownBy(() -> driver.store.restore(2, 1, 7, List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
