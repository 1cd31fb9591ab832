package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.LogStore.GroupImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.SnapshotDriver.Texts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved snapshots as files, and the directories that are made from them. */
final class SavedSnapshotTest {
    private static final long NEW_CLUSTER = 0xc2;
    private static final Membership MEMBERS = Membership.ofVoters(
            List.of(new Member(5, 99, "m5", List.of("http://m5:1")), new Member(6, 0, "m6", List.of("http://m6:1"))));

    @TempDir
    private Path folder;

    private byte[] snapshot = new byte[0];
    private Path saved = Path.of("");

    @BeforeEach
    void save() throws IOException {
        Path member = folder.resolve("member");
        try (FileDisk disk = FileDisk.open(member)) {
            new SnapshotDriver(disk).take(0, 7, Texts.of("k", 500, 400));
        }
        snapshot = Files.readAllBytes(member.resolve(SnapshotFiles.name(0, 7)));
        saved = write("saved", whole(snapshot));
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static byte[] whole(byte[] snapshot) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(snapshot);
        out.writeBytes(SavedSnapshot.padding(snapshot.length).array());
        MessageDigest digest = SavedSnapshot.digest();
        out.writeBytes(digest.digest(out.toByteArray()));
        return out.toByteArray();
    }

    private static byte[] check(Path file) throws IOException {
        try (SavedSnapshot opened = SavedSnapshot.open(file)) {
            return opened.check((part, payload) -> {});
        }
    }

    private static String text(SnapshotReader reader) throws IOException {
        StringBuilder text = new StringBuilder();
        reader.readAll((part, payload) -> text.append(StandardCharsets.UTF_8.decode(payload)));
        return text.toString();
    }

    @Test
    void has_the_length_by_which_etcdctl_knows_a_whole_file() throws IOException {
        assertThat(Files.size(saved) % 512).isEqualTo(32);
        for (int bytes = 0; bytes < 2_000; bytes += 8) {
            ByteBuffer padding = SavedSnapshot.padding(bytes).order(ByteOrder.LITTLE_ENDIAN);
            assertThat((bytes + padding.capacity()) % 512).isZero();
            assertThat(padding.getLong(padding.capacity() - 8)).isEqualTo(bytes);
        }
    }

    @Test
    void is_named_by_one_digest_with_and_without_its_trailer() throws IOException {
        Path bare = write("bare", snapshot);
        assertThat(check(bare)).isEqualTo(check(saved));
        try (SavedSnapshot opened = SavedSnapshot.open(saved)) {
            assertThat(opened.hasTrailer()).isTrue();
            assertThat(opened.reader().info().mark()).isEqualTo(SnapshotDriver.mark(7));
        }
        try (SavedSnapshot opened = SavedSnapshot.open(bare)) {
            assertThat(opened.hasTrailer()).isFalse();
        }
    }

    @Test
    void wherever_it_is_cut_it_is_refused() throws IOException {
        byte[] all = Files.readAllBytes(saved);
        for (int length = 0; length < all.length; length += length < 200 ? 1 : 97) {
            if (length != snapshot.length) {
                Path cut = write("cut", Arrays.copyOf(all, length));
                assertThatThrownBy(() -> check(cut)).as("%d bytes", length).isInstanceOf(SnapshotException.class);
            }
        }
    }

    @Test
    void whichever_bit_is_flipped_it_is_refused() throws IOException {
        byte[] all = Files.readAllBytes(saved);
        for (int at = 0; at < all.length; at += at < 200 || at > snapshot.length - 200 ? 1 : 53) {
            byte[] flipped = all.clone();
            flipped[at] ^= (byte) (1 << (at % 8));
            Path bad = write("flipped", flipped);
            assertThatThrownBy(() -> check(bad)).as("byte %d", at).isInstanceOf(IOException.class);
        }
    }

    @Test
    void of_a_newer_version_is_refused_by_name() throws IOException {
        byte[] newer = snapshot.clone();
        ByteBuffer header = ByteBuffer.wrap(newer).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(8, 2);
        CRC32C crc = new CRC32C();
        crc.update(newer, 0, 60);
        header.putInt(60, (int) crc.getValue());
        Path file = write("newer", whole(newer));
        assertThatThrownBy(() -> SavedSnapshot.open(file))
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining("format 2");
    }

    // Directories.

    private Path restore(String name, long member) throws IOException {
        Path directory = folder.resolve(name);
        try (SavedSnapshot opened = SavedSnapshot.open(saved)) {
            RestoredDirectory.make(opened, directory, NEW_CLUSTER, member, MEMBERS, LogDriver.entropy(member));
        }
        return directory;
    }

    @Test
    void a_directory_begins_with_what_was_saved_as_of_a_new_cluster() throws IOException {
        Path directory = restore("five", 5);
        try (FileDisk disk = FileDisk.open(directory)) {
            DataDirectory opened =
                    DataDirectory.open(disk, NEW_CLUSTER, 5, LogOptions.defaults(), LogDriver.entropy(1));
            GroupImage image = opened.log().recovered().get(0);
            SnapshotMark mark = image.image().mark();
            assertThat(mark.index()).isEqualTo(7);
            assertThat(mark.term()).isEqualTo(3);
            assertThat(mark.membership().members()).noneMatch(Member::isStarted);
            assertThat(mark.membership().voters()).containsExactly(5L, 6L);
            assertThat(image.image().hardState().currentTerm()).isEqualTo(3);
            assertThat(image.image().log().lastIndex()).isEqualTo(7);
            assertThat(opened.identity().startCounter()).isEqualTo(1);
            try (SnapshotReader reader = SnapshotReader.open(disk, SnapshotFiles.name(0, 7), NEW_CLUSTER);
                    SavedSnapshot source = SavedSnapshot.open(saved)) {
                assertThat(text(reader)).isEqualTo(text(source.reader()));
            }
            opened.snapshots().close();
            opened.log().close();
        }
    }

    @Test
    void members_of_one_file_share_an_epoch_that_no_other_file_gives() throws IOException {
        long five = epoch(restore("five", 5), 5);
        assertThat(epoch(restore("six", 6), 6)).isEqualTo(five);
        assertThat(five).isGreaterThan(1);
        Path member = folder.resolve("other");
        try (FileDisk disk = FileDisk.open(member)) {
            new SnapshotDriver(disk).take(0, 7, Texts.of("k", 501, 400));
        }
        saved = member.resolve(SnapshotFiles.name(0, 7));
        assertThat(epoch(restore("seven", 5), 5)).isNotEqualTo(five);
    }

    private static long epoch(Path directory, long member) throws IOException {
        try (FileDisk disk = FileDisk.open(directory)) {
            DataDirectory opened =
                    DataDirectory.open(disk, NEW_CLUSTER, member, LogOptions.defaults(), LogDriver.entropy(1));
            long epoch = opened.identity().epoch();
            opened.snapshots().close();
            opened.log().close();
            return epoch;
        }
    }

    /** The file does not know the incarnations, and never will: the mark of the first start stands for it, here and in transfers. */
    @Test
    void the_mark_of_the_first_start_finds_its_snapshot() throws IOException {
        Path directory = restore("five", 5);
        Membership started = Membership.ofVoters(List.of(
                new Member(5, 11, "m5", List.of("http://m5:1")), new Member(6, 12, "m6", List.of("http://m6:1"))));
        Membership others = Membership.ofVoters(List.of(
                new Member(5, 11, "m5", List.of("http://m5:1")), new Member(7, 12, "m7", List.of("http://m7:1"))));
        try (FileDisk disk = FileDisk.open(directory)) {
            SnapshotFiles files = SnapshotFiles.open(disk, NEW_CLUSTER, SnapshotDriver.OPTIONS, LogDriver.entropy(1));
            assertThat(files.flaw(0, new SnapshotMark(7, 3, others)))
                    .contains("a membership that the log does not know");
            assertThat(files.flaw(0, new SnapshotMark(7, 3, started))).isNull();
            assertThat(files.snapshots().get(0).mark().membership()).isEqualTo(started);
            files.close();
        }
    }

    @Test
    void what_is_in_the_way_stays_and_what_was_begun_goes() throws IOException {
        Path full = Files.createDirectory(folder.resolve("full"));
        Files.writeString(full.resolve("mine"), "kept");
        assertThatThrownBy(() -> restore("full", 5))
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("is not empty");
        assertThat(Files.readString(full.resolve("mine"))).isEqualTo("kept");

        byte[] flipped = Files.readAllBytes(saved);
        flipped[snapshot.length / 2] ^= 1;
        saved = write("flipped", flipped);
        assertThatThrownBy(() -> restore("new", 5)).isInstanceOf(SnapshotException.class);
        assertThat(folder.resolve("new")).doesNotExist();
    }

    // The check of a whole directory.

    private static DirectoryCheck.Report verify(Path directory) throws IOException {
        try (FileDisk disk = FileDisk.readOnly(directory)) {
            return new DirectoryCheck(disk).run();
        }
    }

    @Test
    void a_whole_directory_has_no_flaws_and_keeps_every_byte() throws IOException {
        Path directory = restore("five", 5);
        List<Object> before = content(directory);
        DirectoryCheck.Report report = verify(directory);
        assertThat(report.flaws()).isEmpty();
        assertThat(report.segments()).isEqualTo(1);
        assertThat(report.snapshots()).isEqualTo(1);
        assertThat(report.records()).isGreaterThan(1);
        assertThat(content(directory)).isEqualTo(before);
    }

    private static List<Object> content(Path directory) throws IOException {
        List<Object> content = new java.util.ArrayList<>();
        try (Stream<Path> files = Files.list(directory).sorted()) {
            for (Path file : files.toList()) {
                content.add(file.getFileName() + " " + Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return content;
    }

    @Test
    void each_kind_of_damage_is_named_with_its_file_and_place() throws IOException {
        flip("five", SnapshotFiles.name(0, 7), 1_000, "snapshot-");
        flip("six", "log-0000000000000001", 70, "log-0000000000000001");
        flip("seven", "identity", 20, "identity");
        Path directory = restore("eight", 5);
        Files.delete(directory.resolve("identity"));
        assertThat(verify(directory).flaws()).singleElement().satisfies(flaw -> assertThat(flaw.what())
                .isEqualTo("the file is missing"));
    }

    private void flip(String name, String file, int at, String named) throws IOException {
        Path damaged = restore(name, 5).resolve(file);
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[at] ^= 1;
        Files.write(damaged, bytes);
        assertThat(verify(damaged.resolveSibling(".")).flaws()).isNotEmpty().allSatisfy(flaw -> assertThat(flaw.file())
                .contains(named));
    }
}
