package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.SnapshotMark;
import io.quorate.storage.LogDriver.Entries;
import io.quorate.storage.MemoryDisk.Loss;
import io.quorate.storage.MemoryDisk.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How segments are made, filled, changed and used again. */
final class SegmentLifeTest {
    private static final int MIB = 1 << 20;

    private final MemoryDisk disk = new MemoryDisk("n1");

    private LogDriver open(LogOptions options) throws IOException {
        return new LogDriver(disk.open(), options, LogDriver.entropy(1));
    }

    @Test
    void a_new_log_serves_when_its_first_piece_is_filled() throws IOException {
        LogDriver driver = open(LogOptions.defaults().withSizes(4 * MIB, MIB / 2));
        List<Long> filled = new ArrayList<>();
        disk.hook((operation, name, bytes) -> {
            if (operation == Operation.WRITE && bytes == MIB) {
                filled.add(bytes);
            }
        });
        driver.append(1, 1, 1, "at once");
        driver.log.writer().turn(0);
        assertThat(driver.persisted).containsEntry(1, 1L);
        assertThat(filled).isEmpty();
        driver.run();
        // Three more pieces of the first segment, then the first one of the spare.
        assertThat(filled).hasSize(4);
    }

    @Test
    void the_spare_is_filled_as_the_segment_being_written_is_used() throws IOException {
        LogDriver driver = open(LogOptions.defaults().withSizes(4 * MIB, MIB / 2));
        String half = "x".repeat(MIB / 2 - 100);
        List<Boolean> ready = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            driver.append(1, i, 1, half);
            driver.run();
            ready.add(disk.list().contains("spare"));
        }
        assertThat(ready).containsExactly(false, false, true, true, true, true, true);
    }

    @Test
    void the_writer_waits_at_the_filled_mark_and_goes_on_behind_it() throws IOException {
        LogDriver driver = open(LogOptions.defaults().withSizes(4 * MIB, MIB / 2));
        String half = "x".repeat(MIB / 2 - 100);
        driver.append(1, 1, 1, half);
        driver.append(1, 2, 1, half);
        driver.append(1, 3, 1, half);
        driver.log.writer().turn(0);
        driver.log.writer().turn(0);
        assertThat(driver.persisted).containsEntry(1, 1L);
        driver.log.housekeeping().turn(0);
        driver.log.writer().turn(0);
        assertThat(driver.persisted).containsEntry(1, 3L);
    }

    @Test
    void however_many_reads_wait_the_writer_gets_its_room_behind_the_first() throws IOException {
        LogDriver driver = open(LogOptions.defaults().withSizes(4 * MIB, MIB / 2));
        String half = "x".repeat(MIB / 2 - 100);
        driver.append(1, 1, 1, half);
        driver.append(1, 2, 1, half);
        driver.log.writer().turn(0);
        for (int token = 1; token <= 100; token++) {
            driver.log.read(1, 1, 1, 1, token);
        }
        driver.log.housekeeping().turn(0);
        driver.log.housekeeping().turn(0);
        assertThat(driver.found).hasSize(1);
        driver.log.writer().turn(0);
        assertThat(driver.persisted).containsEntry(1, 2L);
        driver.run();
        assertThat(driver.found).hasSize(100);
    }

    @Test
    void filling_goes_on_after_a_crash_and_never_back() throws IOException {
        LogOptions options = LogOptions.defaults().withSizes(4 * MIB, MIB / 2);
        LogDriver driver = open(options);
        for (int life = 1; life <= 3; life++) {
            for (int i = 0; i < 3; i++) {
                long index = 3L * (life - 1) + i + 1;
                driver.append(1, index, 1, "entry " + index + "x".repeat(MIB / 3));
                driver.log.writer().turn(0);
                driver.log.housekeeping().turn(0);
                driver.log.writer().turn(0);
            }
            disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
            driver = open(options);
            assertThat(driver.image(1).log().lastIndex()).isEqualTo(3L * life);
        }
        driver.run();
        assertThat(LogModel.content(driver, 1, 1, 9)).hasSize(9).allMatch(entry -> entry.startsWith("entry "));
    }

    @Test
    void a_recycled_file_holds_old_records_and_none_of_them_comes_back() throws IOException {
        LogDriver driver = open(LogDriver.SMALL);
        long index = 0;
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 20; i++) {
                driver.append(1, ++index, 1, "command " + index);
                driver.run();
            }
            driver.submit(1, new SnapshotMark(index, 1, LogModel.ONE), 0, null, Entries.NONE);
            driver.log.removeBefore(1, Long.MAX_VALUE);
            driver.run();
        }
        // Never more than the one being written, the one before it, and a spare: the disk's use is bounded.
        assertThat(disk.list().stream().filter(name -> !name.equals("lock"))).hasSizeLessThanOrEqualTo(3);
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        LogDriver again = open(LogDriver.SMALL);
        assertThat(again.image(1).mark().index()).isEqualTo(index);
        assertThat(again.image(1).log().lastIndex()).isEqualTo(index);
        again.append(1, index + 1, 1, "next");
        again.run();
        assertThat(again.readCommands(1, index + 1, index + 1, 100)).containsExactly("next");
    }

    @Test
    void every_use_of_a_file_has_a_salt_of_its_own() throws IOException {
        LogDriver driver = open(LogDriver.SMALL);
        for (int i = 1; i <= 100; i++) {
            driver.append(1, i, 1, "command " + i);
            driver.run();
        }
        Set<Long> salts = new TreeSet<>();
        int segments = 0;
        for (String name : disk.list()) {
            if (LogFormat.segmentNumber(name) != 0) {
                segments++;
                salts.add(SegmentHeader.read(driver.disk.open(name), name, LogFormat.segmentNumber(name))
                        .salt());
            }
        }
        assertThat(segments).isGreaterThan(3);
        assertThat(salts).hasSize(segments);
    }

    @Test
    void segments_of_another_size_are_read_and_not_used_again() throws IOException {
        LogDriver driver = open(LogDriver.SMALL);
        for (int i = 1; i <= 60; i++) {
            driver.append(1, i, 1, "command " + i);
            driver.run();
        }
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        LogDriver again = open(LogDriver.SMALL.withSegmentBytes(4096));
        assertThat(LogModel.content(again, 1, 1, 60)).hasSize(60);
        for (int i = 61; i <= 200; i++) {
            again.append(1, i, 1, "command " + i);
            again.run();
        }
        again.submit(1, new SnapshotMark(200, 1, LogModel.ONE), 0, null, Entries.NONE);
        again.log.removeBefore(1, 201);
        again.run();
        for (String name : disk.list()) {
            assertThat(disk.bytes(name)).hasSize(4096);
        }
    }

    @Test
    void segments_too_small_for_what_the_log_holds_are_refused_at_start() throws IOException {
        LogDriver driver = open(LogOptions.defaults().withSizes(2048, 250));
        for (int group = 1; group <= 5; group++) {
            driver.append(group, 1, 1, "a");
        }
        driver.run();
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        assertThatThrownBy(() -> open(LogOptions.defaults().withSizes(1024, 250)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("segmentBytes must be at least")
                .hasMessageContaining("got 1024");
    }

    @Test
    void a_read_does_not_find_what_a_queued_write_will_truncate() throws IOException {
        LogDriver driver = open(LogDriver.SMALL);
        driver.append(1, 1, 1, "a", "b", "c");
        driver.run();
        driver.submit(1, null, 2, null, Entries.of(1, 2, 2, "B"));
        driver.log.read(1, 1, 3, 1000, 5);
        driver.log.housekeeping().turn(0);
        assertThat(driver.found.get(0).lastIndex()).isEqualTo(1);
        driver.run();
        assertThat(driver.readCommands(1, 1, 3, 1000)).containsExactly("a", "B");
    }

    @Test
    void a_read_does_not_find_what_is_not_flushed() throws IOException {
        LogDriver driver = open(LogDriver.SMALL);
        driver.append(1, 1, 1, "a");
        driver.run();
        driver.append(1, 2, 1, "b");
        driver.log.read(1, 1, 2, 1000, 5);
        driver.log.housekeeping().turn(0);
        assertThat(driver.found.get(0).lastIndex()).isEqualTo(1);
    }

    @Test
    void a_read_of_an_entry_that_is_not_there_says_so() throws IOException {
        LogDriver driver = open(LogDriver.SMALL);
        driver.log.read(1, 1, 2, 1000, 5);
        driver.log.read(9, 4, 2, 1000, 6);
        driver.run();
        assertThat(driver.found).extracting(found -> found.token()).containsExactly(5L, 6L);
        assertThat(driver.found).allSatisfy(found -> assertThat(found.records()).isNull());
    }
}
