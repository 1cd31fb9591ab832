package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.cli.support.Running.Finished;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rolling upgrade of real processes under load, and back, to a build that speaks the next version; then the cluster version is
 * raised, and the older build is refused. No acknowledged write is lost or done twice.
 */
@Tag("process")
@Tag("slow")
final class UpgradeProcessTest {
    private static final int WRITES = 40;

    @TempDir
    private Path folder;

    private final List<RealMember> members = new ArrayList<>();
    private final Path older = RealMember.home();
    private Path next = Path.of("");
    private String[] show = {};
    private String[] check = {};
    private String[] raise = {};

    @AfterEach
    void endThem() {
        members.forEach(RealMember::close);
    }

    /** The election timeout is long: elections are not what this is about. */
    @BeforeEach
    void twoBuildsAndThreeMembers() {
        OperatorPage page = OperatorPage.read("## Upgrading");
        check = words(page.take("./quorate upgrade --to 2 --check"));
        raise = words(page.take("./quorate upgrade --to 2"));
        show = words(page.take("./quorate upgrade"));
        assertThat(page.take("./quorate status")).isNotEmpty();
        assertThat(page.left()).isEmpty();
        next = NextVersion.make(older, folder.resolve("next"));
        members.addAll(RealMember.three(
                Ports.run(6),
                folder,
                "--snapshot-count=200",
                "--snapshot-catchup-entries=20",
                "--heartbeat-interval=500",
                "--election-timeout=5000"));
    }

    private void startAll(Path build, Writers writers) {
        members.forEach(member -> member.start(build));
        members.forEach(RealMember::awaitReady);
        members.forEach(writers::reachable);
        writers.awaitAcknowledged(WRITES);
    }

    @Test
    void theNextVersionIsRolledInMemberByMemberAndBack() {
        try (Writers writers = new Writers(2)) {
            startAll(older, writers);
            awaitShown(older, "Cluster version 1.", "n1  speaks version 1", "n3  speaks version 1");
            restart(members.get(0), next, writers);
            awaitShown(next, "n1  speaks versions 1 to 2", "n2  speaks version 1", "It cannot be raised before");
            assertThat(refused(next, raise))
                    .contains(
                            "cannot raise the cluster version from 1 to 2",
                            "n2 speaks version 1",
                            "Nothing was changed");
            restart(members.get(1), next, writers);
            restart(members.get(2), next, writers);
            awaitShown(older, "It can be raised: quorate upgrade --to 2");
            assertThat(fieldsHeard())
                    .as("the next version is spoken where both speak it")
                    .isPositive();
            assertThat(kinds(next))
                    .as("what is written is as the cluster version says")
                    .doesNotContain("next-entry");

            members.forEach(member -> restart(member, older, writers));
            awaitShown(older, "n1  speaks version 1", "n2  speaks version 1", "n3  speaks version 1");
            assertThat(fieldsHeard()).isZero();
            assertWhole(writers);
        }
    }

    @Test
    void theVersionIsRaisedForGoodAndTheOlderBuildIsRefused() throws IOException {
        try (Writers writers = new Writers(2)) {
            startAll(next, writers);
            String said = Until.found("the leader connected with all", () -> {
                Finished asked = run(next, check);
                return asked.exitCode() == 0 ? asked.output() : null;
            });
            assertThat(said).contains("can be raised", "Nothing was changed");
            awaitShown(next, "Cluster version 1.");
            assertThat(done(next, raise)).contains("Raised the cluster version from 1 to 2");
            writers.awaitAcknowledged(WRITES);
            awaitShown(next, "Cluster version 2.");
            assertThat(refused(next, "upgrade", "--to", "1")).contains("never falls");

            RealMember third = members.get(2);
            writers.unreachable(third);
            assertThat(third.stop()).isZero();
            assertThat(kinds(next)).contains("next-entry");
            assertOlderBuildIsRefused(third);
            third.start(next).awaitReady();
            writers.reachable(third);
            writers.awaitAcknowledged(WRITES);
            assertWhole(writers);
        }
    }

    private void assertWhole(Writers writers) {
        writers.finish();
        assertThat(writers.problems(members.get(0)
                        .kv()
                        .range(RangeRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(Writers.PREFIX))
                                .setRangeEnd(ByteString.copyFromUtf8("w0"))
                                .build())))
                .isEmpty();
        members.forEach(
                member -> assertThat(member.get(Writers.PREFIX + "0/000000")).isNotEmpty());
    }

    /** As an operator does: ended, and started from the other build. */
    private void restart(RealMember member, Path build, Writers writers) {
        writers.unreachable(member);
        assertThat(member.stop()).isZero();
        member.start(build).awaitReady();
        writers.reachable(member);
        writers.awaitAcknowledged(WRITES);
    }

    private void assertOlderBuildIsRefused(RealMember member) throws IOException {
        Map<String, ByteBuffer> before = files(member.data());
        member.start(older);
        assertThat(member.running().awaitEnd()).isEqualTo(1);
        member.running()
                .awaitLine("the cluster has version 2, and this build of Quorate knows version 1: it is too old");
        assertThat(files(member.data())).isEqualTo(before);
        Finished dumped = Running.run(
                RealMember.quorate(older, "log", "dump", member.data().toString()));
        assertThat(dumped.output()).contains("its kind 10 is unknown to this version");
        assertThat(dumped.exitCode()).isEqualTo(1);

        Path empty = folder.resolve("empty");
        RealMember wiped = member.in(empty);
        try (wiped) {
            wiped.start(older);
            assertThat(wiped.running().awaitEnd()).isEqualTo(1);
            wiped.running().awaitLine("version 2");
        }
    }

    /** All but the lock, in which a process that tries stands by its number. */
    private static Map<String, ByteBuffer> files(Path directory) throws IOException {
        Map<String, ByteBuffer> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                String name = file.getFileName().toString();
                if (name.equals("lock")) {
                    continue;
                }
                files.put(name, ByteBuffer.wrap(Files.readAllBytes(file)));
            }
        }
        return files;
    }

    /** Members that have heard a message with the field of the next version. */
    private long fieldsHeard() {
        return members.stream()
                .filter(member -> member.running().output().contains("next-version-field"))
                .count();
    }

    private String kinds(Path build) {
        return Running.run(RealMember.quorate(
                        build, "log", "dump", members.get(2).data().toString()))
                .output();
    }

    private static String[] words(String command) {
        return command.substring("./quorate ".length()).split(" ");
    }

    /** A member that has just started is connected a moment later. */
    private void awaitShown(Path build, String... texts) {
        String unused = Until.found(List.of(texts).toString(), () -> {
            Finished shown = run(build, show);
            boolean isSo = shown.exitCode() == 0 && Stream.of(texts).allMatch(shown.output()::contains);
            return isSo ? shown.output() : null;
        });
    }

    private String done(Path build, String... words) {
        Finished finished = run(build, words);
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        return finished.output();
    }

    private String refused(Path build, String... words) {
        Finished finished = run(build, words);
        assertThat(finished.exitCode()).as(finished.output()).isNotZero();
        return finished.output();
    }

    private Finished run(Path build, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--dial-timeout=60s");
        all.add("--command-timeout=60s");
        all.add("--endpoints=" + members.stream().map(RealMember::endpoint).collect(Collectors.joining(",")));
        return Running.run(RealMember.quorate(build, all.toArray(String[]::new)));
    }
}
