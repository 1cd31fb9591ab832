package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.Identity;
import io.quorate.node.port.LogStore.GroupImage;
import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.StateHashCodec;
import io.quorate.raft.HardState;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.LogDriver.Entries;
import io.quorate.storage.SnapshotDriver.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory of one member that is left, and the new cluster's that is made from it. */
final class RecoveredDirectoryTest {
    private static final long OLD_CLUSTER = SnapshotDriver.CLUSTER;
    private static final long NEW_CLUSTER = 0xc2;
    private static final Member SELF = new Member(9, 0, "new", List.of("http://new:1"));
    private static final Membership OLD = Membership.ofVoters(List.of(
                    new Member(1, 11, "n1", List.of("http://n1:1")),
                    new Member(2, 12, "n2", List.of("http://n2:1")),
                    new Member(3, 13, "n3", List.of("http://n3:1"))))
            .leasing(new Lease(1000, 10));

    @TempDir
    private Path folder;

    private interface Content {
        void write(LogDriver driver) throws IOException;
    }

    private Path old(LogOptions options, Content content) throws IOException {
        Path directory = folder.resolve("old");
        FileDisk disk = FileDisk.open(directory);
        new FileIdentityStore(disk).save(new Identity(OLD_CLUSTER, 1, 3, 13, 4));
        LogDriver driver = new LogDriver(disk, options, LogDriver.entropy(1));
        content.write(driver);
        driver.run();
        assertThat(driver.failures).isEmpty();
        driver.log.close();
        return directory;
    }

    private static String[] commands(String prefix, int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    private static void append(LogDriver driver, String prefix, int first, int last, long term) {
        for (int i = first; i <= last; i++) {
            driver.append(0, i, term, prefix + i);
            driver.run();
        }
    }

    /** Entries 1 to 60, of which the last were taken away by the next leader; then a membership, and one more. */
    private Path truncatedOnce() throws IOException {
        return old(LogOptions.defaults().withSizes(4096, 512), driver -> {
            driver.submit(0, new SnapshotMark(0, 0, OLD), 0, new HardState(1, 1, 0), Entries.NONE);
            append(driver, "a", 1, 60, 1);
            Membership next = new Membership(OLD.members(), OLD.voters(), List.of(), List.of(), List.of(7L), 71)
                    .leasing(OLD.lease());
            driver.submit(0, null, 55, new HardState(2, 2, 50), Entries.of(0, 55, 2, "b55"));
            append(driver, "b", 56, 70, 2);
            driver.submit(
                    0,
                    null,
                    0,
                    null,
                    new Entries(
                            71,
                            71,
                            List.of(Entries.record(RecordKind.MEMBERSHIP, 0, 71, 2, MembershipCodec.encode(next)))));
            append(driver, "b", 72, 72, 2);
            driver.submit(0, null, 0, new HardState(5, 0, 52), Entries.NONE);
        });
    }

    private Path make(Path source) throws IOException {
        Path target = folder.resolve("new");
        try (SurvivingDirectory opened = SurvivingDirectory.open(source)) {
            RecoveredDirectory.make(opened, target, NEW_CLUSTER, SELF, LogDriver.entropy(2));
        }
        return target;
    }

    private record Started(Identity identity, RestartImage image, List<String> commands) {}

    /** As its member would find it, with segments of the usual size. */
    private static Started start(Path directory) throws IOException {
        FileDisk disk = FileDisk.open(directory);
        DataDirectory data =
                DataDirectory.open(disk, NEW_CLUSTER, SELF.id(), LogOptions.defaults(), LogDriver.entropy(3));
        LogDriver driver = new LogDriver(disk, data.log());
        List<GroupImage> recovered = data.log().recovered();
        RestartImage image = recovered.get(0).image();
        List<String> commands = new ArrayList<>();
        long last = image.log().lastIndex();
        for (long next = image.mark().index() + 1;
                next <= last;
                next = image.mark().index() + 1 + commands.size()) {
            commands.addAll(driver.readCommands(0, next, last, 1 << 20));
        }
        data.snapshots().close();
        data.log().close();
        return new Started(data.identity(), image, commands);
    }

    private static Map<String, String> content(Path directory) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                content.put(
                        file.getFileName() + " " + Files.getLastModifiedTime(file),
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return content;
    }

    @Test
    void what_a_start_would_find_is_told_and_nothing_is_changed() throws IOException {
        Path source = truncatedOnce();
        Map<String, String> before = content(source);
        try (SurvivingDirectory opened = SurvivingDirectory.open(source)) {
            Survivor facts = opened.facts();
            assertThat(facts.isWhole()).as(facts.damage()).isTrue();
            assertThat(facts.identity()).isEqualTo(new Identity(OLD_CLUSTER, 1, 3, 13, 4));
            assertThat(facts.name()).isEqualTo("n3");
            assertThat(facts.currentTerm()).isEqualTo(5);
            assertThat(facts.lastTerm()).isEqualTo(2);
            assertThat(facts.lastIndex()).isEqualTo(72);
            assertThat(facts.committed()).isEqualTo(52);
            assertThat(facts.snapshotIndex()).isZero();
            assertThat(facts.newest().index()).isEqualTo(71);
            assertThat(facts.newestCommitted().membership()).isEqualTo(OLD);
        }
        assertThat(content(source)).isEqualTo(before);
    }

    @Test
    void the_new_one_has_every_entry_and_no_old_member() throws IOException {
        Path source = truncatedOnce();
        Map<String, String> before = content(source);
        Started started = start(make(source));
        List<String> expected = new ArrayList<>(List.of(commands("a", 1, 54)));
        expected.addAll(List.of(commands("b", 55, 70)));
        expected.addAll(List.of("", "b72"));
        assertThat(started.commands).isEqualTo(expected);
        RestartImage image = started.image;
        assertThat(image.hardState())
                .as("behind the old terms, all of it committed")
                .isEqualTo(new HardState(6, 0, 72));
        assertThat(image.log().runFirst()).containsExactly(1, 55);
        assertThat(image.log().runTerm()).containsExactly(1, 2);
        assertThat(image.log().memberships()).isEmpty();
        Membership members = image.mark().membership();
        assertThat(members.voters()).containsExactly(SELF.id());
        assertThat(members.members()).hasSize(1).allMatch(Member::isStarted);
        assertThat(members.lease()).as("what the cluster had agreed on").isEqualTo(OLD.lease());
        assertThat(started.identity.incarnation())
                .isEqualTo(members.members().get(0).incarnation());
        assertThat(started.identity.clusterId()).isEqualTo(NEW_CLUSTER);
        assertThat(started.identity.memberId()).isEqualTo(SELF.id());
        assertThat(started.identity.epoch()).isGreaterThan(1);
        assertThat(content(source)).isEqualTo(before);
    }

    @Test
    void what_a_majority_of_the_old_members_had_is_said_of_nobody_any_more() throws IOException {
        Path source = old(LogOptions.defaults().withSizes(4096, 512), driver -> {
            driver.submit(0, new SnapshotMark(0, 0, OLD), 0, new HardState(1, 1, 0), Entries.NONE);
            append(driver, "a", 1, 2, 1);
            driver.submit(
                    0,
                    null,
                    0,
                    null,
                    new Entries(
                            3,
                            3,
                            List.of(Entries.record(RecordKind.STATE_HASH, 0, 3, 1, StateHashCodec.encode(2, 7)))));
            append(driver, "a", 4, 4, 1);
        });
        List<RecordKind> kinds = new ArrayList<>();
        new LogReader(FileDisk.readOnly(make(source))).read(item -> {
            if (item.kind().isLogEntry()) {
                kinds.add(item.kind());
            }
        });
        assertThat(kinds).containsExactly(RecordKind.ENTRY, RecordKind.ENTRY, RecordKind.NO_OP, RecordKind.ENTRY);
    }

    @Test
    void two_recoveries_of_one_directory_have_different_epochs() throws IOException {
        Path source = truncatedOnce();
        List<Long> epochs = new ArrayList<>();
        for (int seed = 1; seed <= 2; seed++) {
            try (SurvivingDirectory opened = SurvivingDirectory.open(source)) {
                Path target = folder.resolve("new" + seed);
                RecoveredDirectory.make(opened, target, NEW_CLUSTER, SELF, LogDriver.entropy(seed));
                epochs.add(start(target).identity.epoch());
            }
        }
        assertThat(epochs).doesNotHaveDuplicates();
    }

    @Test
    void a_snapshot_goes_along_as_one_of_the_new_cluster() throws IOException {
        Path source = old(LogOptions.defaults().withSizes(1 << 20, 1 << 16), driver -> {
            new SnapshotDriver(driver.disk).take(0, 7, Texts.of("k", 500, 400));
            driver.submit(0, SnapshotDriver.mark(7), 0, new HardState(3, 0, 7), Entries.NONE);
            append(driver, "c", 8, 12, 3);
        });
        Path target = make(source);
        Started started = start(target);
        assertThat(started.image.mark().index()).isEqualTo(7);
        assertThat(started.image.mark().term()).isEqualTo(3);
        assertThat(started.image.mark().membership().voters()).containsExactly(SELF.id());
        assertThat(started.commands).containsExactly(commands("c", 8, 12));
        String name = SnapshotFiles.name(0, 7);
        try (SnapshotReader before = SnapshotReader.open(FileDisk.readOnly(source), name, OLD_CLUSTER);
                SnapshotReader after = SnapshotReader.open(FileDisk.readOnly(target), name, NEW_CLUSTER)) {
            assertThat(text(after)).isNotEmpty().isEqualTo(text(before));
        }
    }

    private static String text(SnapshotReader reader) throws IOException {
        StringBuilder text = new StringBuilder();
        reader.readAll((part, payload) -> text.append(StandardCharsets.UTF_8.decode(payload)));
        return text.toString();
    }

    @Test
    void entries_larger_than_a_piece_and_more_than_a_segment_are_copied() throws IOException {
        String large = "x".repeat(3 << 20);
        Path source = old(LogOptions.defaults().withSizes(16 << 20, 4 << 20), driver -> {
            driver.submit(0, new SnapshotMark(0, 0, OLD), 0, new HardState(1, 1, 0), Entries.NONE);
            for (int i = 1; i <= 9; i++) {
                driver.append(0, i, 1, i + large);
                driver.run();
            }
        });
        Started started = start(make(source));
        assertThat(started.commands.stream().map(text -> text.substring(0, 2)))
                .containsExactly("1x", "2x", "3x", "4x", "5x", "6x", "7x", "8x", "9x");
        assertThat(started.commands).allMatch(text -> text.length() == large.length() + 1);
    }

    @Test
    void a_copy_without_its_lock_is_read_and_left_as_it_is() throws IOException {
        Path source = truncatedOnce();
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (Stream<Path> files = Files.list(source)) {
            for (Path file : files.filter(each -> !each.endsWith(FileDisk.LOCK)).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Files.write(copy.resolve("snapshot-0000000000-0000000000000009.tmp"), new byte[100]);
        Map<String, String> before = content(copy);
        assertThat(start(make(copy)).image.log().lastIndex()).isEqualTo(72);
        assertThat(content(copy)).isEqualTo(before);
    }

    @Test
    void a_damaged_one_is_told_and_refused_and_nothing_is_left() throws IOException {
        Path source = truncatedOnce();
        Path segment = source.resolve(LogFormat.segmentName(1));
        byte[] bytes = Files.readAllBytes(segment);
        bytes[LogFormat.SEGMENT_HEADER_BYTES + 600] ^= 4;
        Files.write(segment, bytes);
        Path target = folder.resolve("new");
        try (SurvivingDirectory opened = SurvivingDirectory.open(source)) {
            assertThat(opened.facts().isWhole()).isFalse();
            assertThat(opened.facts().damage()).contains(segment + " is damaged at offset ");
            assertThat(opened.facts().identity()).isNotNull();
            assertThatThrownBy(() -> RecoveredDirectory.make(opened, target, NEW_CLUSTER, SELF, LogDriver.entropy(2)))
                    .isInstanceOf(DirectoryRefusedException.class)
                    .hasMessageContaining("cannot be recovered from");
        }
        assertThat(target).doesNotExist();
    }

    @Test
    void one_without_identity_or_log_is_damaged_and_another_directory_none_at_all() throws IOException {
        Path source = truncatedOnce();
        Files.delete(source.resolve(FileIdentityStore.NAME));
        assertThat(damage(source)).isEqualTo("its identity is missing");
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("notes"), "mine");
        assertThatThrownBy(() -> SurvivingDirectory.open(other)).hasMessageContaining(other + " is no data directory");
        try (FileDisk disk = FileDisk.open(other)) {
            new FileIdentityStore(disk).save(new Identity(OLD_CLUSTER, 1, 3, 13, 4));
        }
        assertThat(damage(other)).isEqualTo("its log is missing");
    }

    private static String damage(Path directory) throws IOException {
        try (SurvivingDirectory opened = SurvivingDirectory.open(directory)) {
            return opened.facts().damage();
        }
    }

    @Test
    void a_directory_that_is_open_is_refused_and_one_that_is_looked_at_cannot_be_opened() throws IOException {
        Path source = truncatedOnce();
        try (FileDisk running = FileDisk.open(source)) {
            assertThat(running.path("")).isNotEmpty();
            assertThatThrownBy(() -> SurvivingDirectory.open(source)).hasMessageContaining("is in use by process");
        }
        try (SurvivingDirectory opened = SurvivingDirectory.open(source)) {
            assertThat(opened.facts().isWhole()).isTrue();
            assertThatThrownBy(() -> FileDisk.open(source)).hasMessageContaining("is in use by process");
        }
        FileDisk.open(source).close();
    }

    @Test
    void a_target_that_holds_something_is_not_touched() throws IOException {
        Path source = truncatedOnce();
        Path target = Files.createDirectory(folder.resolve("new"));
        Files.writeString(target.resolve("mine"), "kept");
        assertThatThrownBy(() -> make(source))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining(
                        "is not empty: a cluster is recovered into a new one, and nothing there was changed");
        assertThat(target.toFile().list()).containsExactly("mine");
    }
}
