package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.Versions;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSummary;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.LogDriver.Entries;
import io.quorate.storage.MemoryDisk.Loss;
import io.quorate.storage.MemoryDisk.Operation;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SegmentedLogTest {
    private static final Membership TWO =
            Membership.ofVoters(List.of(new Member(1, 11, "n1", List.of()), new Member(2, 22, "n2", List.of())));

    private final MemoryDisk disk = new MemoryDisk("n1");

    private LogDriver open() throws IOException {
        return new LogDriver(disk.open(), LogDriver.SMALL, LogDriver.entropy(1));
    }

    private LogDriver reopenAfter(Loss loss) throws IOException {
        disk.crash(loss, LogDriver.entropy(2));
        return open();
    }

    @Test
    void a_new_directory_holds_no_group() throws IOException {
        assertThat(open().log.recovered()).isEmpty();
        assertThat(reopenAfter(Loss.EVERYTHING).log.recovered()).isEmpty();
    }

    @Test
    void what_was_reported_persisted_outlives_a_power_loss() throws IOException {
        LogDriver driver = open();
        SnapshotMark mark = new SnapshotMark(0, 0, TWO);
        driver.submit(1, mark, 0, new HardState(3, 2, 0), Entries.NONE);
        driver.append(1, 1, 3, "a", "b");
        long last = driver.append(1, 3, 4, "c");
        driver.run();
        assertThat(driver.persisted).containsEntry(1, last);

        RestartImage image = reopenAfter(Loss.EVERYTHING).image(1);
        assertThat(image.hardState()).isEqualTo(new HardState(3, 2, 0));
        assertThat(image.mark()).isEqualTo(mark);
        assertThat(image.log()).isEqualTo(new LogSummary(3, new long[] {1, 3}, new long[] {3, 4}, List.of()));
    }

    @Test
    void all_waiting_writes_are_one_batch_and_one_flush() throws IOException {
        LogDriver driver = open();
        driver.run();
        int[] flushes = new int[1];
        disk.hook((operation, name, bytes) -> flushes[0] += operation == Operation.FORCE ? 1 : 0);
        driver.append(1, 1, 1, "a");
        driver.append(1, 2, 1, "b");
        driver.append(2, 1, 1, "c");
        driver.run();
        assertThat(flushes[0]).isEqualTo(1);
        assertThat(driver.persisted).containsEntry(1, 2L).containsEntry(2, 3L);
    }

    @Test
    void a_truncation_is_kept_and_what_follows_it_too() throws IOException {
        LogDriver driver = open();
        driver.append(1, 1, 1, "a", "b", "c");
        driver.run();
        driver.submit(1, null, 2, new HardState(2, 0, 1), Entries.of(1, 2, 2, "B"));
        driver.run();
        assertThat(driver.readCommands(1, 1, 9, 1000)).containsExactly("a", "B");

        LogDriver again = reopenAfter(Loss.EVERYTHING);
        assertThat(again.image(1).log()).isEqualTo(new LogSummary(2, new long[] {1, 2}, new long[] {1, 2}, List.of()));
        assertThat(again.readCommands(1, 1, 9, 1000)).containsExactly("a", "B");
    }

    @Test
    void memberships_are_decoded_with_their_index() throws IOException {
        LogDriver driver = open();
        var record = Entries.record(RecordKind.MEMBERSHIP, 1, 1, 1, MembershipCodec.encode(TWO));
        driver.submit(1, null, 0, null, new Entries(1, 1, List.of(record)));
        driver.run();
        assertThat(reopenAfter(Loss.EVERYTHING).image(1).log().memberships()).containsExactly(new MembershipAt(1, TWO));
    }

    @Test
    void a_log_of_many_segments_is_recovered_and_read_whole() throws IOException {
        LogDriver driver = open();
        appendOneByOne(driver, 100);
        assertThat(disk.list()).contains("log-0000000000000005");
        LogDriver again = reopenAfter(Loss.EVERYTHING);
        assertThat(again.image(1).log().lastIndex()).isEqualTo(100);
        for (int next = 1; next <= 100; ) {
            List<String> commands = again.readCommands(1, next, 100, 300);
            assertThat(commands).isNotEmpty();
            for (String command : commands) {
                assertThat(command).isEqualTo("command " + next++);
            }
        }
        assertThat(again.failures).isEmpty();
    }

    private static void appendOneByOne(LogDriver driver, int entries) {
        for (int i = 1; i <= entries; i++) {
            driver.append(1, i, 1, "command " + i);
            driver.run();
        }
    }

    @Test
    void a_record_larger_than_the_bound_of_a_read_comes_alone() throws IOException {
        LogDriver driver = open();
        driver.append(1, 1, 1, "a".repeat(300), "b");
        driver.run();
        assertThat(driver.readCommands(1, 1, 2, 40)).containsExactly("a".repeat(300));
    }

    @Test
    void segments_behind_a_durable_mark_are_recycled() throws IOException {
        LogDriver driver = open();
        appendOneByOne(driver, 100);
        driver.log.removeBefore(1, 90);
        driver.run();
        assertThat(driver.readCommands(1, 1, 1, 100)).containsExactly("command 1");

        driver.submit(1, new SnapshotMark(80, 1, TWO), 0, null, Entries.NONE);
        driver.run();
        driver.log.removeBefore(1, 90);
        driver.run();
        assertThat(driver.readCommands(1, 1, 1, 100)).isEmpty();
        assertThat(driver.readCommands(1, 81, 81, 100)).containsExactly("command 81");
        assertThat(disk.list()).contains("spare").doesNotContain("log-0000000000000001");

        RestartImage image = reopenAfter(Loss.EVERYTHING).image(1);
        assertThat(image.mark().index()).isEqualTo(80);
        assertThat(image.prevIndex()).as("the tail begins with a segment").isEqualTo(68);
        assertThat(image.prevTerm()).isEqualTo(1);
        assertThat(image.log()).isEqualTo(new LogSummary(100, new long[] {69}, new long[] {1}, List.of()));
    }

    @Test
    void a_write_larger_than_allowed_is_refused() throws IOException {
        LogDriver driver = open();
        assertThatThrownBy(() -> driver.append(1, 1, 1, "x".repeat(600)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxWriteBytes 512");
    }

    @Test
    void every_bad_option_is_named_at_once() {
        assertThatThrownBy(() -> new LogOptions(1000, 3, 0, Versions.CURRENT))
                .hasMessageContaining("segmentBytes must be a multiple of 512 from 1024 to 268435456, got 1000")
                .hasMessageContaining("maxWriteBytes must be at least 64, got 3")
                .hasMessageContaining("fullRetryMillis must be from 1 to 60000, got 0");
    }

    @Test
    void a_second_process_is_refused() throws IOException {
        open();
        assertThatThrownBy(disk::open).hasMessageContaining("in use by another process");
    }
}
