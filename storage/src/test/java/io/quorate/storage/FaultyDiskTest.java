package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.Agent;
import io.quorate.raft.HardState;
import io.quorate.raft.SnapshotMark;
import io.quorate.storage.MemoryDisk.Hook;
import io.quorate.storage.MemoryDisk.Loss;
import io.quorate.storage.MemoryDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that fail, and disks that are full. */
final class FaultyDiskTest {
    private static final long SEGMENT = LogDriver.SMALL.segmentBytes();
    private static final long RETRY_NANOS = LogDriver.SMALL.fullRetryMillis() * 1_000_000L;

    private final MemoryDisk disk = new MemoryDisk("n1");
    private int written;

    private LogDriver open() throws IOException {
        return new LogDriver(disk.open(), LogDriver.SMALL, LogDriver.entropy(1));
    }

    private void write(LogDriver driver, int entries) {
        for (int i = 0; i < entries; i++) {
            driver.append(1, ++written, 1, "command " + written);
            driver.run();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"WRITE", "FORCE"})
    void a_failed_write_or_flush_is_told_once_and_never_tried_again(Operation failing) throws IOException {
        LogDriver driver = open();
        write(driver, 3);
        driver.run();
        int[] calls = new int[1];
        disk.hook((operation, name, bytes) -> {
            calls[0]++;
            if (operation == failing) {
                throw new IOException("Input/output error");
            }
        });
        driver.append(1, 4, 1, "lost");
        driver.run();
        int callsThen = calls[0];
        disk.hook(Hook.NONE);
        driver.append(1, 5, 1, "never tried");
        driver.log.read(1, 1, 1, 100, 1);
        driver.run();

        assertThat(driver.failures).containsExactly("the log cannot be written: Input/output error");
        assertThat(driver.persisted).containsEntry(1, 3L);
        assertThat(calls[0]).isEqualTo(callsThen);
        assertThat(driver.log.writer().turn(0)).isEqualTo(Agent.NEVER);
        assertThat(driver.log.housekeeping().turn(0)).isEqualTo(Agent.NEVER);
    }

    @Test
    void what_a_failed_flush_left_in_memory_is_believed_only_after_it_is_written_again() throws IOException {
        LogDriver driver = open();
        write(driver, 3);
        disk.hook((operation, name, bytes) -> {
            if (operation == Operation.FORCE) {
                throw new MemoryDisk.FailedFlushException();
            }
        });
        driver.append(1, 4, 1, "only in memory");
        driver.run();
        assertThat(driver.failures).hasSize(1);
        assertThat(driver.persisted).containsEntry(1, 3L);

        // The process dies and starts again; the operating system still shows the bytes, and a flush does nothing for
        // them.
        disk.hook(Hook.NONE);
        disk.crash(Loss.NOTHING, LogDriver.entropy(1));
        long recovered = open().image(1).log().lastIndex();
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        assertThat(open().image(1).log().lastIndex()).isEqualTo(recovered);
    }

    @Test
    void everything_is_flushed_before_it_is_believed() throws IOException {
        LogDriver driver = open();
        write(driver, 60);
        disk.crash(Loss.NOTHING, LogDriver.entropy(1));
        List<String> calls = new ArrayList<>();
        disk.hook((operation, name, bytes) -> calls.add(operation + " " + name));
        open();
        assertThat(calls).first().isEqualTo("FORCE_DIRECTORY ");
        for (String name : disk.list()) {
            if (name.startsWith("log-")) {
                assertThat(calls.indexOf("FORCE " + name)).isBetween(0, calls.indexOf("READ " + name) - 1);
            }
        }
    }

    @Test
    void a_failure_while_a_spare_is_filled_is_told() throws IOException {
        LogDriver driver = open();
        disk.hook((operation, name, bytes) -> {
            if (operation == Operation.WRITE && name.equals("spare.tmp")) {
                throw new IOException("Input/output error");
            }
        });
        driver.run();
        assertThat(driver.failures).containsExactly("the log cannot be read or made longer: Input/output error");
    }

    @Test
    void a_full_disk_is_a_state_in_which_votes_go_on_and_which_ends_by_itself() throws IOException {
        disk.capacity(2 * SEGMENT);
        LogDriver driver = open();
        driver.run();
        assertThat(driver.full).isEmpty();
        write(driver, 40);
        assertThat(driver.full).containsExactly(true);
        assertThat(disk.list()).doesNotContain("spare", "spare.tmp");
        assertThat(driver.persisted).containsEntry(1, 40L);

        disk.capacity(4 * SEGMENT);
        driver.run();
        assertThat(driver.full).containsExactly(true);
        driver.nowNanos = RETRY_NANOS;
        driver.run();
        assertThat(driver.full).containsExactly(true, false);
        write(driver, 40);
        assertThat(driver.persisted).containsEntry(1, 80L);
        assertThat(driver.failures).isEmpty();
    }

    @Test
    void what_finds_no_room_at_all_waits_and_is_not_lost() throws IOException {
        disk.capacity(SEGMENT);
        LogDriver driver = open();
        write(driver, 100);
        long before = driver.persisted.getOrDefault(1, 0L);
        assertThat(before).isBetween(20L, 99L);
        assertThat(driver.failures).isEmpty();

        disk.capacity(10 * SEGMENT);
        driver.nowNanos = RETRY_NANOS;
        driver.run();
        assertThat(driver.persisted).containsEntry(1, 100L);
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        assertThat(open().image(1).log().lastIndex()).isEqualTo(100);
    }

    @Test
    void room_that_shows_too_small_while_the_spare_is_filled_is_given_back() throws IOException {
        LogDriver driver = open();
        boolean[] full = {true};
        disk.hook((operation, name, bytes) -> {
            if (full[0] && operation == Operation.WRITE && name.equals("spare.tmp")) {
                throw new DiskFullException("No space left on device");
            }
        });
        driver.run();
        assertThat(driver.full).containsExactly(true);
        assertThat(disk.list()).doesNotContain("spare.tmp");
        full[0] = false;
        driver.nowNanos = RETRY_NANOS;
        driver.run();
        assertThat(driver.full).containsExactly(true, false);
        assertThat(disk.list()).contains("spare");
    }

    /** It may be the writer's batch that found no room, and no later flush would say so again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_failed_flush_of_the_segment_being_written_ends_the_log_whoever_asked_for_it(boolean full)
            throws IOException {
        LogDriver driver =
                new LogDriver(disk.open(), LogOptions.defaults().withSizes(4 << 20, 1 << 19), LogDriver.entropy(1));
        driver.append(1, 1, 1, "kept");
        driver.log.writer().turn(0);
        disk.hook((operation, name, bytes) -> {
            if (operation == Operation.FORCE) {
                throw full ? new DiskFullException("No space left on device") : new IOException("Input/output error");
            }
        });
        driver.log.housekeeping().turn(0);
        disk.hook(Hook.NONE);
        driver.append(1, 2, 1, "lost");
        driver.run();
        assertThat(driver.failures).hasSize(1);
        assertThat(driver.full).isEmpty();
        assertThat(driver.persisted).containsEntry(1, 1L);
    }

    /** The one flush may be told of the other's page; then what that one waited for is not durable. */
    @Test
    void a_flush_beside_which_the_log_failed_acknowledges_nothing() throws IOException {
        LogDriver driver = open();
        write(driver, 3);
        disk.hook((operation, name, bytes) -> {
            if (operation == Operation.FORCE) {
                driver.log.fail("beside it", new IOException("Input/output error"));
            }
        });
        driver.append(1, 4, 1, "perhaps lost");
        driver.run();
        assertThat(driver.persisted).containsEntry(1, 3L);
    }

    @Test
    void a_recycled_segment_ends_a_full_disk_at_once() throws IOException {
        disk.capacity(2 * SEGMENT);
        LogDriver driver = open();
        driver.run();
        write(driver, 40);
        assertThat(driver.full).containsExactly(true);
        var mark = new SnapshotMark(40, 1, LogModel.ONE);
        driver.submit(1, mark, 0, null, LogDriver.Entries.NONE);
        driver.log.removeBefore(1, Long.MAX_VALUE);
        driver.run();
        assertThat(driver.full).containsExactly(true, false);
    }

    @Test
    void damage_that_a_read_meets_is_told_with_its_place() throws IOException {
        LogDriver driver = open();
        write(driver, 2);
        String file = disk.list().get(0);
        byte[] bytes = disk.bytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("command 1");
        overwrite(driver, file, at);
        driver.log.read(1, 1, 1, 100, 1);
        driver.run();
        assertThat(driver.damages).hasSize(1);
        assertThat(driver.damages.get(0))
                .contains("n1/" + file + " is damaged at offset " + (at - 32))
                .contains("entry 1 of group 1 cannot be read: its checksum does not hold");
        assertThat(driver.found).as("handed to nobody").isEmpty();
        assertThat(driver.failures).isEmpty();
        long vote = driver.submit(1, null, 0, new HardState(7, 2, 1), LogDriver.Entries.NONE);
        driver.log.read(1, 2, 2, 100, 2);
        driver.run();
        assertThat(driver.persisted).as("what hands the leadership over is persisted").containsEntry(1, vote);
        assertThat(driver.found).isEmpty();
    }

    /** As if the medium rotted under a running member: through the very file that the log has open. */
    private static void overwrite(LogDriver driver, String file, int at) throws IOException {
        assertThat(file).isEqualTo("log-0000000000000001");
        driver.disk.open(file).write(ByteBuffer.wrap(new byte[] {1}), at);
    }

    @Test
    void a_file_shows_where_it_lies_when_there_is_no_room_for_a_new_log() throws IOException {
        disk.capacity(SEGMENT / 2);
        assertThatThrownBy(this::open).isInstanceOf(DiskFullException.class).hasMessageContaining("n1/spare.tmp");
        disk.capacity(4 * SEGMENT);
        disk.crash(Loss.NOTHING, LogDriver.entropy(1));
        assertThat(open().log.recovered()).isEmpty();
    }

    /** It would serve with its first piece filled, be full before anything is in it, and wait for ever. */
    @Test
    void a_new_log_is_not_begun_where_its_first_segment_has_no_room() throws IOException {
        int segment = 4 << 20;
        LogOptions options = LogOptions.defaults().withSizes(segment, 1 << 19);
        disk.capacity(segment - 1);
        try (Disk tooSmall = disk.open()) {
            assertThatThrownBy(() -> new LogDriver(tooSmall, options, LogDriver.entropy(1)))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContainingAll(
                            "first segment", "needs " + segment + " bytes", (segment - 1) + " are free");
        }
        assertThat(disk.list()).isEmpty();
        disk.capacity(segment);
        assertThat(new LogDriver(disk.open(), options, LogDriver.entropy(1)).failures)
                .isEmpty();
    }

    @Test
    void contradicting_writes_never_reach_the_disk() throws IOException {
        LogDriver driver = open();
        driver.append(1, 1, 1, "a");
        assertThatThrownBy(() -> driver.append(1, 3, 1, "c"))
                .hasMessageContaining("begins with entry 3, the log ends with 1");
        driver.run();
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        assertThat(open().image(1).log().lastIndex()).isEqualTo(1);
    }
}
