package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Ports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members on directories and in clusters that are not theirs: refused, with what to do, while the others go on. */
@Tag("process")
@Tag("slow")
final class BadDirectoryTest {
    @TempDir
    private Path folder;

    @Test
    void aDirectoryOfAnotherClusterOrANewerFormatIsRefusedAndUnharmed() throws IOException {
        int port = Ports.run(2);
        RealMember member = new RealMember("n1", port, port + 1, folder.resolve("n1"));
        String clusterId = started(member);
        member.put("kept", "yes");
        assertThat(member.stop()).isZero();

        RealMember other = new RealMember("n1", port, port + 1, member.data(), "--initial-cluster-token=other");
        Ended otherCluster = Ended.of(other.command(), folder);
        otherCluster.assertRefusedWith(
                "belongs to cluster " + clusterId,
                "started for cluster",
                "give the right",
                other.data().toString(),
                "--initial-cluster-token");
        assertThat(otherCluster.err()).doesNotContain("listening-for-clients");

        Path identity = member.data().resolve("identity");
        byte[] before = Files.readAllBytes(identity);
        Files.write(identity, ofFormat(2, before));
        Ended newer = Ended.of(member.command(), folder);
        newer.assertRefusedWith(identity.toString(), "format 2", "newer");

        Files.write(identity, before);
        try (member) {
            member.start().awaitReady();
            assertThat(member.get("kept")).isEqualTo("yes");
            assertThat(member.stop()).isZero();
        }
    }

    @Test
    void aFileInTheDirectorysPlaceIsNamedAsOne() throws IOException {
        int port = Ports.run(2);
        Path file = Files.writeString(folder.resolve("n1"), "in the way");
        Ended refused = Ended.of(new RealMember("n1", port, port + 1, file).command(), folder);
        refused.assertRefusedWith("the data directory " + file, "is a file", "--data-dir");
        assertThat(file).hasContent("in the way");
        Ended dump = Ended.of(RealMember.quorate("log", "dump", file.toString()), folder);
        dump.assertRefusedWith(file + " is a file", "--data-dir");
    }

    /** As the class that writes the file draws it: the format at 8, the checksum of bytes 0 to 59 at 60. */
    private static byte[] ofFormat(int format, byte[] identity) {
        ByteBuffer changed = ByteBuffer.wrap(identity.clone()).order(ByteOrder.LITTLE_ENDIAN);
        changed.putInt(8, format);
        CRC32C crc = new CRC32C();
        crc.update(changed.array(), 0, 60);
        changed.putInt(60, (int) crc.getValue());
        return changed.array();
    }

    /** Two of three new members wait, and say for whom; a wiped and a copied one are refused while two go on. */
    @Test
    void threeNewMembersWaitForEachOtherAndRefuseWipedAndCopiedOnes() throws IOException {
        List<RealMember> members = RealMember.three(Ports.run(6), folder);
        RealMember n1 = members.get(0);
        RealMember n3 = members.get(2);
        try {
            n1.start();
            members.get(1).start();
            n1.running().awaitLine("first-start .*waiting-for=n3$");
            members.get(1).running().awaitLine("first-start .*waiting-for=n3$");
            n3.start();
            members.forEach(RealMember::awaitReady);
            n1.put("kept", "yes");

            assertThat(n3.stop()).isZero();
            Path copy = folder.resolve("copy");
            copy(n3.data(), copy);
            n3.start().awaitReady();
            assertCopyRefused(members, copy);

            n3.kill();
            delete(n3.data());
            Ended wiped = Ended.of(n3.command(), folder);
            wiped.assertRefusedWith("n3", "Put back its data directory", "quorate member replace");
            assertThat(wiped.err()
                            .lines()
                            .filter(line -> !line.contains("refused-by-peer"))
                            .filter(line -> line.contains("Put back its data directory")))
                    .as("said once by the member itself")
                    .singleElement()
                    .asString()
                    .contains("node-failed")
                    .containsOnlyOnce("Put back its data directory");
            n1.put("still", "served");
            assertThat(members.get(1).get("still")).isEqualTo("served");
            assertThat(members.get(1).get("kept")).isEqualTo("yes");
        } finally {
            members.forEach(RealMember::close);
        }
    }

    /** Whichever of the two processes is told first: one of them ends and says why, and a majority goes on. */
    private void assertCopyRefused(List<RealMember> members, Path copy) {
        RealMember n3 = members.get(2);
        int port = Ports.run(2);
        String cluster = "--initial-cluster="
                + String.join(",", members.stream().map(BadDirectoryTest::named).toList());
        RealMember twin =
                new RealMember("n3", port, port + 1, copy, cluster, "--initial-advertise-peer-urls=" + url(n3));
        Ended refused = Ended.of(twin.command(), folder);
        refused.assertRefusedWith("running twice", "Stop one and delete its copy");
        n3.put("with three", "yes");
        assertThat(n3.get("with three")).isEqualTo("yes");
    }

    private static String named(RealMember member) {
        return member.name() + "=" + url(member);
    }

    private static String url(RealMember member) {
        return "http://127.0.0.1:" + member.peerPort();
    }

    @Test
    void aPeerOfAnotherClusterIsRefusedWithBothIds() {
        int port = Ports.run(4);
        RealMember served = new RealMember("a", port, port + 1, folder.resolve("a"));
        RealMember stranger = new RealMember(
                "b",
                port + 2,
                port + 3,
                folder.resolve("b"),
                "--initial-cluster-token=other",
                "--initial-cluster=a=http://127.0.0.1:" + (port + 1) + ",b=http://127.0.0.1:" + (port + 3));
        try (served;
                stranger) {
            String ours = started(served);
            stranger.start();
            String theirs =
                    stranger.running().awaitLine("cluster-id=([0-9a-f]+)").group(1);
            assertThat(theirs).isNotEqualTo(ours);
            served.running().awaitLine("cluster id " + theirs + " of .* " + ours + " of ");
            stranger.running().awaitLine("cluster id .*" + ours);
            served.put("x", "1");
            assertThat(served.get("x")).isEqualTo("1");
        }
    }

    /** @return the cluster's id as the member says it */
    private static String started(RealMember member) {
        member.start().awaitReady();
        return member.running().awaitLine("cluster-id=([0-9a-f]+)").group(1);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
