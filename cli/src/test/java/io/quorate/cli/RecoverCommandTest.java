package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.kv.Commands;
import io.quorate.kv.PutRequest;
import io.quorate.node.port.Agent;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.DataDirectory;
import io.quorate.storage.FileDisk;
import io.quorate.storage.LogOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code quorate recover}: what it refuses, what it says, and that it writes only when told twice. */
final class RecoverCommandTest {
    private static final long CLUSTER = 0xc1;

    @TempDir
    private Path folder;

    private record Printed(int exitCode, String out, String err) {}

    private static Printed run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        return new Printed(command.execute(words), out.toString(), err.toString());
    }

    private Path member(String name, long id, int entries) throws IOException {
        return member(name, CLUSTER, id, entries);
    }

    /** The directory of one of three, all of whose entries are puts of term 1. */
    private Path member(String name, long clusterId, long id, int entries) throws IOException {
        Path directory = folder.resolve(name);
        FileDisk disk = FileDisk.open(directory);
        Entropy entropy = new Random(id)::nextLong;
        LogOptions options = LogOptions.defaults().withSizes(1 << 20, 64 << 10);
        DataDirectory data = DataDirectory.open(disk, clusterId, id, options, entropy);
        List<Member> members = LongStream.of(1, 2, 3)
                .mapToObj(each -> new Member(
                        each,
                        each == id ? data.identity().incarnation() : 100 + each,
                        "n" + each,
                        List.of("http://n" + each + ":2380")))
                .toList();
        List<ByteBuffer> records = new ArrayList<>();
        long bytes = 0;
        for (int index = 1; index <= entries; index++) {
            ByteBuffer command = ByteBuffer.wrap(Commands.encode(PutRequest.of(bytes("k" + index), bytes("v"))));
            ByteBuffer record =
                    ByteBuffer.allocate(LogRecord.size(command.remaining())).order(ByteOrder.LITTLE_ENDIAN);
            LogRecord.put(record, RecordKind.ENTRY, 0, 0, index, 1, command);
            records.add(record.flip());
            bytes += record.remaining();
        }
        SnapshotMark mark = new SnapshotMark(0, 0, Membership.ofVoters(members));
        Effects.Write write = new Effects.Write(1, mark, 0, new HardState(1, 1, entries - 1), 1, entries);
        data.log().listen(new Quiet());
        data.log().submit(new LogStore.LogWrite(0, write, records, bytes));
        for (long next = 0; next != Agent.NEVER; ) {
            next = data.log().writer().turn(0);
        }
        data.snapshots().close();
        data.log().close();
        return directory;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Printed into(Path target, Object... more) {
        List<Object> words = new ArrayList<>(List.of("recover"));
        words.addAll(List.of(more));
        words.addAll(List.of("--into", target, "--name", "n9", "--initial-advertise-peer-urls", "http://127.0.0.1:9"));
        return run(words.toArray());
    }

    private void assertRefused(Printed printed, int exitCode, String sentence) {
        assertThat(printed.exitCode).as(printed.out + printed.err).isEqualTo(exitCode);
        assertThat(printed.err).startsWith("quorate: ").contains(sentence);
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void withoutIntoItOnlyLooks() throws IOException {
        Path one = member("n1", 1, 4);
        Path three = member("n3", 3, 5);
        Printed printed = run("recover", three);
        assertThat(printed.exitCode).as(printed.err).isZero();
        assertThat(printed.out)
                .contains(three + ": member n3 (3) of cluster c1, epoch 1")
                .contains("The safest is " + three)
                .contains("Entries up to 4 are known to be committed", "Entries 5 to 5 of it were perhaps never")
                .contains("Nothing was written.");
        // Each is told the other by an incarnation that is not its own: they are no majority of anything.
        assertThat(run("recover", one, three).out).contains("The safest is " + three, "Not looked at: n1 (1), n2 (2)");
    }

    @Test
    void itWritesOnlyWhenToldTwice() throws IOException {
        Path three = member("n3", 3, 5);
        Path target = folder.resolve("new");
        Printed unconfirmed = into(target, three);
        assertRefused(unconfirmed, 3, "nothing was written: read above what may be lost");
        assertThat(unconfirmed.out).contains("Behind entry 4 every write may be lost");
        assertRefused(run("recover", three, "--accept-lost-writes"), 2, "confirms nothing without --into NEW_DIR");

        Printed made = into(target, three, "--accept-lost-writes");
        assertThat(made.exitCode).as(made.err).isZero();
        assertThat(made.out)
                .contains("Made " + target
                        + ": member n9, the only one of a new cluster in a new epoch, with all 5 entries")
                .contains("  quorate server --name n9 --data-dir " + target + " --initial-cluster-token etcd-cluster"
                        + " --initial-advertise-peer-urls http://127.0.0.1:9 --initial-cluster n9=http://127.0.0.1:9");
        Printed verified = run("log", "verify", target);
        assertThat(verified.exitCode).as(verified.out + verified.err).isZero();
        assertThat(run("log", "history", "k5", "--data-dir", target).out).contains("put k5 v");
        Printed again = run("recover", target);
        assertThat(again.out)
                .contains("member n9 (")
                .contains("So the cluster is not lost. Start these members as ever");
        assertThat(again.out).doesNotContain("of cluster c1");
    }

    @Test
    void directoriesThatAreNoneAreRefused() throws IOException {
        Path three = member("n3", 3, 5);
        Path file = Files.writeString(folder.resolve("file"), "text");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertRefused(run("recover"), 2, "DIR is missing");
        assertRefused(run("recover", three, folder.resolve("gone")), 1, "there is no " + folder.resolve("gone"));
        assertRefused(run("recover", three, file), 1, file + " is a file");
        assertRefused(run("recover", three, empty), 1, empty + " is no data directory");
        assertRefused(run("recover", three, folder.resolve("empty/../n3")), 1, "is named twice");
    }

    @Test
    void directoriesThatDoNotBelongTogetherAreRefused() throws IOException {
        Path three = member("n3", 3, 5);
        assertRefused(
                into(folder.resolve("new"), three, member("foreign", 0xc2, 1, 5), "--accept-lost-writes"),
                1,
                " of cluster c2");
        assertRefused(
                into(folder.resolve("new"), three, member("copy", 3, 5), "--accept-lost-writes"),
                1,
                "are both of member 3");
    }

    @Test
    void oneThatIsHeldIsRefused() throws IOException {
        Path three = member("n3", 3, 5);
        FileDisk running = FileDisk.open(three);
        assertRefused(into(folder.resolve("new"), three, "--accept-lost-writes"), 1, "is in use by process ");
        running.close();
    }

    @Test
    void aDamagedOneIsNamedAndNotChosen() throws IOException {
        Path one = member("n1", 1, 4);
        Path three = member("n3", 3, 5);
        Path segment = three.resolve("log-0000000000000001");
        byte[] bytes = Files.readAllBytes(segment);
        bytes[20] ^= 4;
        Files.write(segment, bytes);
        Path target = folder.resolve("new");
        assertRefused(into(target, three, "--accept-lost-writes"), 1, "none of these directories is whole");
        Printed asked = into(target, one, three, "--from", three, "--accept-lost-writes");
        assertRefused(asked, 1, "--from " + three + " is damaged, as told above");
        Printed printed = run("recover", one, three);
        assertThat(printed.exitCode).isZero();
        assertThat(printed.out).contains("  DAMAGED: " + segment, "It is not chosen", "The safest is " + one);
        assertRefused(run("recover", one, "--from", three), 1, "is none of the directories that are named");
    }

    @Test
    void aPlaceThatIsNotFreeIsRefused() throws IOException {
        Path three = member("n3", 3, 5);
        Path full = Files.createDirectory(folder.resolve("full"));
        Files.writeString(full.resolve("mine"), "kept");
        assertRefused(
                into(full, three, "--accept-lost-writes"), 1, "is not empty: a cluster is recovered into a new one");
        assertThat(full.toFile().list()).containsExactly("mine");
        assertRefused(into(three.resolve("new"), three, "--accept-lost-writes"), 1, "which is not changed");
        assertThat(three.resolve("new")).doesNotExist();
        assertRefused(
                run("recover", three, "--into", folder.resolve("new"), "--initial-advertise-peer-urls", "nowhere"),
                2,
                "--initial-advertise-peer-urls");
        assertRefused(
                run("recover", three, "--into", folder.resolve("new"), "--initial-advertise-peer-urls", "http://a b"),
                2,
                "--initial-advertise-peer-urls: http://a b is no URL");
        for (String ofNew : List.of("--name", "--initial-advertise-peer-urls", "--initial-cluster-token")) {
            assertRefused(run("recover", three, ofNew, "x"), 2, ofNew + " means nothing without --into NEW_DIR");
        }
    }

    private static final class Quiet implements LogStore.Listener {
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
