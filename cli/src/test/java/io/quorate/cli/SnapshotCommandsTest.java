package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.quorate.kv.Commands;
import io.quorate.kv.PutRequest;
import io.quorate.kv.replicated.KvStateMachine;
import io.quorate.node.port.Agent;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.SnapshotStore;
import io.quorate.node.port.StateImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.FileDisk;
import io.quorate.storage.SavedSnapshot;
import io.quorate.storage.SnapshotFiles;
import io.quorate.storage.SnapshotOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verbs on a saved snapshot, and what they say of one that is not whole. */
final class SnapshotCommandsTest {
    private static final int KEYS = 4_000;

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    private record Printed(int exitCode, String out, String err) {}

    private static Printed run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Printed(command.execute(arguments), out.toString(), err.toString());
    }

    @BeforeEach
    void saveStoreAlone() throws IOException {
        save();
    }

    /** @param beside parts of the node */
    private void save(StateImage... beside) throws IOException {
        KvStateMachine machine = new KvStateMachine();
        for (int i = 0; i < KEYS; i++) {
            PutRequest put = PutRequest.of(bytes("k/" + i), bytes("value of " + i + " ".repeat(100)));
            machine.apply(i + 1, 1, ByteBuffer.wrap(Commands.encode(put)));
        }
        Member member = new Member(1, 2, "n1", List.of("http://n1:2380"));
        SnapshotMark mark = new SnapshotMark(KEYS, 1, Membership.ofVoters(List.of(member)));
        Path data = folder.resolve("member" + beside.length);
        try (FileDisk disk = FileDisk.open(data)) {
            SnapshotFiles files =
                    SnapshotFiles.open(disk, 7, SnapshotOptions.defaults().withReserveBytes(0), () -> 5);
            files.listen(new Quiet());
            List<StateImage> parts = new ArrayList<>(List.of(machine.image()));
            parts.addAll(List.of(beside));
            files.write(1, 0, mark, parts);
            for (long next = 0; next != Agent.NEVER; ) {
                next = files.agent().turn(0);
            }
            files.close();
        }
        byte[] snapshot = Files.readAllBytes(data.resolve(SnapshotFiles.name(0, KEYS)));
        byte[] padding = SavedSnapshot.padding(snapshot.length).array();
        byte[] whole = Arrays.copyOf(snapshot, snapshot.length + padding.length + SavedSnapshot.DIGEST_BYTES);
        System.arraycopy(padding, 0, whole, snapshot.length, padding.length);
        MessageDigest digest = SavedSnapshot.digest();
        digest.update(whole, 0, snapshot.length + padding.length);
        System.arraycopy(digest.digest(), 0, whole, snapshot.length + padding.length, SavedSnapshot.DIGEST_BYTES);
        file = Files.write(folder.resolve("saved"), whole);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void statusSaysWhatIsInIt() {
        Printed printed = run("snapshot", "status", file.toString());
        assertThat(printed.exitCode).as(printed.err).isZero();
        assertThat(printed.out)
                .contains("revision " + (KEYS + 1) + ", " + KEYS + " keys, hash ")
                .contains("log index " + KEYS + " of term 1, cluster 7, members n1")
                .contains("every checksum holds");
        assertThat(run("snapshot", "status", file.toString(), "-w", "json").out)
                .contains("\"revision\":" + (KEYS + 1) + ",\"totalKey\":" + KEYS + ",\"totalSize\":");
    }

    /** Where commands came with idempotency keys, what is known of these is a part of its own. */
    @Test
    void whatTheNodeKeepsBesideTheStoreIsNoneOfItsBlocks() throws IOException {
        Printed alone = run("snapshot", "status", file.toString(), "-w", "json");
        Files.delete(file);
        save(sink -> {
            sink.block(ByteBuffer.wrap(bytes("no block of a store")));
            return false;
        });
        Printed printed = run("snapshot", "status", file.toString(), "-w", "json");
        assertThat(printed.exitCode).as(printed.err).isZero();
        assertThat(hash(printed)).isEqualTo(hash(alone));
    }

    private static String hash(Printed json) {
        return JsonParser.parseString(json.out).getAsJsonObject().get("hash").getAsString();
    }

    @Test
    void getReadsOneBlockOfMany() {
        Printed printed = run("snapshot", "get", "k/17", file.toString(), "-v", "--print-value-only");
        assertThat(printed.out).startsWith("value of 17 ");
        assertThat(printed.err).containsPattern("blocks read: 1 of [1-9]\\d*, index pages: 1");
        Printed missing = run("snapshot", "get", "k/17?", file.toString(), "-v");
        assertThat(missing.exitCode).isZero();
        assertThat(missing.out).isEmpty();
        assertThat(missing.err).contains("blocks read: 0 of ");
        assertThat(run("snapshot", "get", "k/17?", file.toString(), "-v", "--without-filters").err)
                .contains("blocks read: 1 of ");
    }

    @Test
    void oneThatIsNotWholeIsRefusedByEachVerbWithItsPlace() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        byte[] flipped = whole.clone();
        flipped[300] ^= 4;
        assertRefused(Files.write(folder.resolve("flipped"), flipped), "is refused at offset 96: a chunk's checksum");
        assertRefused(
                Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 1_000)),
                "is refused at offset ");
        assertRefused(
                Files.write(folder.resolve("text"), bytes("no snapshot at all")), "the file ends within its header");
        Printed missing = run("snapshot", "status", folder.resolve("missing").toString());
        assertThat(missing.exitCode).isEqualTo(1);
        assertThat(missing.err).contains("there is no file ");
    }

    private void assertRefused(Path bad, String sentence) {
        Printed status = run("snapshot", "status", bad.toString());
        assertThat(status.exitCode).isEqualTo(1);
        assertThat(status.err).startsWith("quorate: snapshot " + bad).contains(sentence);
        Path data = folder.resolve("restored-" + bad.getFileName());
        Printed restore = run("snapshot", "restore", bad.toString(), "--data-dir", data.toString());
        assertThat(restore.exitCode).isEqualTo(1);
        assertThat(restore.err).contains(sentence);
        assertThat(data).doesNotExist();
    }

    @Test
    void aRestoreIntoADirectoryThatIsNotEmptyChangesNothing() throws IOException {
        Path data = Files.createDirectory(folder.resolve("full"));
        Files.writeString(data.resolve("mine"), "kept");
        Printed printed = run("snapshot", "restore", file.toString(), "--data-dir", data.toString());
        assertThat(printed.exitCode).isEqualTo(1);
        assertThat(printed.err).contains("is not empty: a snapshot is restored into a new one");
        assertThat(data.toFile().list()).containsExactly("mine");
    }

    @Test
    void flagsThatNoMemberCanHaveAreNamed() {
        Path data = folder.resolve("none");
        for (String wrong : List.of("nowhere", "http://a b")) {
            Printed printed = run(
                    "snapshot",
                    "restore",
                    file.toString(),
                    "--data-dir",
                    data.toString(),
                    "--initial-advertise-peer-urls",
                    wrong);
            assertThat(printed.exitCode).as(wrong).isEqualTo(2);
            assertThat(printed.err).contains("--initial-advertise-peer-urls");
        }
        assertThat(data).doesNotExist();
    }

    @Test
    void restoreMakesADirectoryThatVerifyFindsWhole() {
        Path data = folder.resolve("new");
        Printed printed = run("snapshot", "restore", file.toString(), "--data-dir", data.toString());
        assertThat(printed.exitCode).as(printed.err).isZero();
        assertThat(printed.out).contains("restored revision " + (KEYS + 1) + " with " + KEYS + " keys into " + data);
        Printed verified = run("log", "verify", data.toString());
        assertThat(verified.exitCode).as(verified.out + verified.err).isZero();
        assertThat(verified.out).contains("every checksum holds, and a start would take it");
        Printed history = run("log", "history", "k/17", "--data-dir", data.toString());
        assertThat(history.out).as(history.err).contains("perhaps written in the discarded part, entries 1 to " + KEYS);
    }

    private static final class Quiet implements SnapshotStore.Listener {
        @Override
        public void written(long token, SnapshotInfo snapshot) {}

        @Override
        public void opened(long token, SnapshotInfo snapshot) {}

        @Override
        public void read(long token, long offset, ByteBuffer chunks) {}

        @Override
        public void restored(long token, SnapshotInfo snapshot) {}

        @Override
        public void receiving(long token, long nextOffset) {}

        @Override
        public void received(long token, SnapshotInfo snapshot) {}

        @Override
        public void refused(long token, SnapshotRefusal reason, String what) {
            throw new AssertionError(what);
        }
    }
}
