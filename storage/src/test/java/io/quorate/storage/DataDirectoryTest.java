package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.Identity;
import io.quorate.node.port.LogStore;
import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.MemoryDisk.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An identity and a log that are not both there start nobody; a first start that was cut short anywhere does not count. */
final class DataDirectoryTest {
    private static final LogOptions OPTIONS = LogOptions.defaults().withSizes(1 << 20, 64 << 10);
    private static final Entropy ENTROPY = new SplittableRandom(1)::nextLong;

    @TempDir
    Path folder;

    private static DataDirectory open(Disk disk) throws IOException {
        return DataDirectory.open(disk, 7, 8, OPTIONS, ENTROPY);
    }

    /** A start that made its first set of members durable, as every member that ever voted did before. */
    private static Identity live(Disk disk) throws IOException {
        DataDirectory directory = open(disk);
        Membership members = Membership.ofVoters(List.of(new Member(8, 1, "n1", List.of())));
        Effects.Write write = new Effects.Write(1, new SnapshotMark(0, 0, members), 0, HardState.INITIAL, 0, 0);
        directory.log().listen(new Deaf());
        directory.log().submit(new LogStore.LogWrite(0, write, List.of(), 0));
        directory.log().writer().turn(0);
        directory.log().close();
        return directory.identity();
    }

    private Disk disk() throws IOException {
        return FileDisk.open(folder);
    }

    private static void assertRefused(ThrowingCallable start, String... texts) {
        assertThatThrownBy(start).isInstanceOf(DirectoryRefusedException.class).hasMessageContainingAll(texts);
    }

    /** It died between the name and the mark: nobody can say any more in which term what it covers was known committed. */
    @Test
    void a_snapshot_without_its_mark_is_removed_by_the_next_start() throws IOException {
        live(disk());
        DataDirectory directory = open(disk());
        SnapshotDriver.Texts texts = SnapshotDriver.Texts.of("k", 10, 100);
        directory.snapshots().listen(new SnapshotDriver(new MemoryDisk("other").open()));
        Membership members = directory.log().recovered().get(0).image().mark().membership();
        directory.snapshots().write(1, 0, new SnapshotMark(3, 1, members), List.of(texts));
        for (long now = 0;
                now != Agent.NEVER;
                now = directory.snapshots().agent().turn(now)) {}
        assertThat(directory.snapshots().snapshots()).hasSize(1);
        directory.snapshots().close();
        directory.log().close();

        DataDirectory again = open(disk());
        assertThat(again.snapshots().snapshots()).isEmpty();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files)
                    .noneMatch(
                            file -> SnapshotFiles.isSnapshot(file.getFileName().toString()));
        }
        again.log().close();
    }

    @Test
    void each_start_raises_the_counter_of_one_identity() throws IOException {
        Identity first = live(disk());
        Identity second = live(disk());
        assertThat(first.startCounter()).isEqualTo(1);
        assertThat(second.startCounter()).isEqualTo(2);
        assertThat(second.incarnation()).isEqualTo(first.incarnation());
    }

    @Test
    void an_identity_without_its_log_is_refused_again_and_again_until_the_log_is_back() throws IOException {
        live(disk());
        Path aside = Files.createDirectory(folder.resolve("aside"));
        List<Path> segments = segments(folder);
        for (Path segment : segments) {
            Files.move(segment, aside.resolve(segment.getFileName()));
        }
        for (int attempt = 0; attempt < 2; attempt++) {
            try (Disk disk = disk()) {
                assertRefused(
                        () -> open(disk), folder.toString(), "Put the files log-* back", "quorate member replace");
            }
            assertThat(segments(folder)).as("a refusal begins no log").isEmpty();
        }
        for (Path segment : segments) {
            Files.move(aside.resolve(segment.getFileName()), segment);
        }
        assertThat(live(disk()).startCounter()).as("refusals are no starts").isEqualTo(2);
    }

    @Test
    void a_log_without_its_identity_is_refused() throws IOException {
        live(disk());
        Files.delete(folder.resolve("identity"));
        for (int attempt = 0; attempt < 2; attempt++) {
            try (Disk disk = disk()) {
                assertRefused(() -> open(disk), folder.toString(), "Put the file identity back");
            }
            assertThat(folder.resolve("identity")).doesNotExist();
        }
    }

    @Test
    void snapshots_without_an_identity_are_refused() throws IOException {
        MemoryDisk medium = new MemoryDisk("n1");
        try (Disk disk = medium.open()) {
            new SnapshotDriver(disk).take(1, 7, SnapshotDriver.Texts.of("k", 3, 100));
        }
        try (Disk disk = medium.open()) {
            assertRefused(
                    () -> DataDirectory.open(disk, SnapshotDriver.CLUSTER, 8, OPTIONS, ENTROPY),
                    "holds a snapshot but no identity");
        }
    }

    @Test
    void the_directory_of_another_member_is_left_as_it_was() throws IOException {
        live(disk());
        byte[] identity = Files.readAllBytes(folder.resolve("identity"));
        try (Disk disk = disk()) {
            assertRefused(() -> DataDirectory.open(disk, 7, 9, OPTIONS, ENTROPY), "belongs to member 8");
            assertRefused(() -> DataDirectory.open(disk, 6, 8, OPTIONS, ENTROPY), "belongs to cluster 7");
        }
        assertThat(folder.resolve("identity")).hasBinaryContent(identity);
    }

    /** The process dies before each call to the disk in turn, until one first start comes through. */
    @Test
    void a_first_start_that_is_cut_short_anywhere_is_begun_again() throws IOException {
        for (Loss loss : Loss.values()) {
            boolean cut = true;
            for (int calls = 0; cut; calls++) {
                MemoryDisk medium = new MemoryDisk("n1");
                cut = startUntil(medium, calls);
                medium.crash(loss, ENTROPY);
                boolean known = medium.list().contains("identity");
                Identity next = live(medium.open());
                assertThat(next.startCounter())
                        .as("%s, cut before call %d", loss, calls)
                        .isEqualTo(known ? 2 : 1);
                assertThat(calls).isLessThan(1000);
            }
        }
    }

    /** Whether the start was cut short, before so many calls. */
    private static boolean startUntil(MemoryDisk medium, int calls) throws IOException {
        int[] left = {calls};
        medium.hook((operation, name, bytes) -> {
            if (left[0]-- <= 0) {
                throw new IOException("cut short");
            }
        });
        try {
            open(medium.open());
            return false;
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("cut short");
            return true;
        } finally {
            medium.hook(MemoryDisk.Hook.NONE);
        }
    }

    private static List<Path> segments(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("log-"))
                    .toList();
        }
    }

    private static final class Deaf implements LogStore.Listener {
        @Override
        public void persisted(int group, long writeNumber) {}

        @Override
        public void read(LogStore.FoundRecords found) {}

        @Override
        public void failed(String what, Throwable cause) {
            throw new AssertionError(what, cause);
        }
    }
}
