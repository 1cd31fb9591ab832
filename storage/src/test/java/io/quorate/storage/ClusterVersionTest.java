package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.Versions;
import io.quorate.raft.HardState;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.LogDriver.Entries;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a build says of the log of a cluster that has a version which it does not know. */
final class ClusterVersionTest {
    private static final LogOptions LATER = LogDriver.SMALL.withVersions(new Versions(1, 2));
    private static final Membership FIRST = Membership.ofVoters(List.of(new Member(1, 11, "n1", List.of())));

    private final MemoryDisk disk = new MemoryDisk("n1");

    private LogDriver open(LogOptions options) throws IOException {
        return new LogDriver(disk.open(), options, LogDriver.entropy(1));
    }

    /** A log of the first version that goes on to the second with its entry 2. */
    private void write() throws IOException {
        LogDriver driver = open(LATER);
        driver.submit(1, new SnapshotMark(0, 0, FIRST), 0, new HardState(1, 1, 0), Entries.NONE);
        driver.run();
        driver.append(1, 1, 1, "a");
        driver.run();
        ByteBuffer raised = MembershipCodec.encode(FIRST.next(FIRST.atVersion(2), 2));
        ByteBuffer record = Entries.record(RecordKind.MEMBERSHIP, 1, 2, 1, raised);
        driver.submit(1, null, 0, new HardState(1, 1, 1), new Entries(2, 2, List.of(record)));
        driver.run();
        driver.log.close();
    }

    private Map<String, byte[]> files() {
        Map<String, byte[]> files = new TreeMap<>();
        disk.list().forEach(name -> files.put(name, disk.bytes(name)));
        return files;
    }

    @Test
    void is_refused_with_both_versions_and_changes_nothing() throws IOException {
        write();
        Map<String, byte[]> before = files();
        assertThatThrownBy(() -> open(LogDriver.SMALL))
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining("the cluster has version 2")
                .hasMessageContaining("this build of Quorate knows version 1")
                .hasMessageContaining("nothing was changed");
        Map<String, byte[]> after = files();
        assertThat(after.keySet()).isEqualTo(before.keySet());
        after.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(before.get(name)));
    }

    /** Where the batches begin that hold records. */
    private List<Integer> batches(byte[] segment) throws IOException {
        String name = LogFormat.segmentName(1);
        ByteBuffer buffer = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> batches = new ArrayList<>();
        try (Disk opened = disk.open();
                DiskFile file = opened.open(name)) {
            long salt = SegmentHeader.read(file, name, 1).salt();
            for (int at = LogFormat.SEGMENT_HEADER_BYTES;
                    at + LogFormat.BATCH_HEADER_BYTES <= segment.length;
                    at += 8) {
                if (LogFormat.looksLikeBatch(buffer, at, salt) && LogFormat.batchCount(buffer, at) > 0) {
                    batches.add(at);
                }
            }
        }
        return batches;
    }

    @Test
    void is_not_repaired_by_a_build_that_does_not_know_it() throws IOException {
        write();
        String name = LogFormat.segmentName(1);
        byte[] whole = disk.bytes(name);
        List<String> names = disk.list();
        List<Integer> batches = batches(whole);
        for (int at = batches.get(batches.size() - 2); at < batches.get(batches.size() - 1); at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            disk.put(name, damaged);
            try (Disk opened = disk.open()) {
                assertThatThrownBy(() -> LogRepair.repair(
                                opened,
                                LogDriver.SMALL,
                                LogDriver.entropy(2),
                                () -> SnapshotCheck.NONE,
                                2,
                                new LogDamagedException(name, 0, "told by the test")))
                        .isInstanceOf(NewerFormatException.class)
                        .hasMessageContaining("the cluster has version 2");
            }
            assertThat(disk.list()).isEqualTo(names);
            assertThat(disk.bytes(name)).isEqualTo(damaged);
        }
    }

    @Test
    void is_read_by_the_build_that_knows_it() throws IOException {
        write();
        assertThat(open(LATER).image(1).log().memberships().get(0).membership().version())
                .isEqualTo(2);
    }

    @Test
    void is_found_in_the_checkpoint_when_the_entry_is_gone() throws IOException {
        write();
        LogDriver driver = open(LATER);
        for (int i = 3; i < 60; i++) {
            driver.append(1, i, 1, "a command of some length, number " + i);
            driver.run();
        }
        Membership raised = driver.image(1).log().memberships().get(0).membership();
        driver.submit(1, new SnapshotMark(50, 1, raised), 0, null, Entries.NONE);
        driver.run();
        driver.log.removeBefore(1, 51);
        driver.run();
        driver.log.close();
        assertThat(disk.list()).doesNotContain(LogFormat.segmentName(1));
        assertThatThrownBy(() -> open(LogDriver.SMALL)).hasMessageContaining("the cluster has version 2");
    }

    @Test
    void that_was_never_agreed_on_and_taken_back_is_no_matter() throws IOException {
        write();
        LogDriver driver = open(LATER);
        driver.submit(1, null, 2, new HardState(2, 1, 1), Entries.of(1, 2, 2, "b"));
        driver.run();
        driver.log.close();
        assertThat(open(LogDriver.SMALL).image(1).log().lastIndex()).isEqualTo(2);
    }

    @Test
    void that_has_become_too_old_is_refused_too() throws IOException {
        LogDriver driver = open(LogDriver.SMALL);
        driver.submit(1, new SnapshotMark(0, 0, FIRST), 0, new HardState(1, 1, 0), Entries.NONE);
        driver.run();
        driver.log.close();
        assertThatThrownBy(() -> open(LogDriver.SMALL.withVersions(new Versions(2, 3))))
                .hasMessageContaining("the cluster has version 1")
                .hasMessageContaining("knows versions 2 to 3")
                .hasMessageContaining("too new");
    }
}
