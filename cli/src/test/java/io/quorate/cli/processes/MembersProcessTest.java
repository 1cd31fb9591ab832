package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.cli.support.EtcdTools;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.cli.support.Running.Finished;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members of real processes come and go while clients write; no acknowledged write is lost or done twice. */
@Tag("process")
@Tag("slow")
final class MembersProcessTest {
    private static final int WRITERS = 2;
    private static final Pattern INITIAL_CLUSTER = Pattern.compile("ETCD_INITIAL_CLUSTER=\"(.*)\"");
    private static final Pattern FLAG = Pattern.compile("--([a-z-]+)=\\S+");
    private static final Pattern ADDED = Pattern.compile("Member +([0-9a-f]+) added to cluster");

    @TempDir
    private Path folder;

    private final int firstPort = Ports.run(11);
    private final List<RealMember> members = new ArrayList<>();
    private final List<RealMember> all = new ArrayList<>();

    @BeforeEach
    void startThree() {
        members.addAll(RealMember.three(firstPort, folder, "--snapshot-count=100", "--snapshot-catchup-entries=20"));
        all.addAll(members);
        members.forEach(RealMember::start);
        members.forEach(RealMember::awaitReady);
    }

    @AfterEach
    void endThem() {
        all.forEach(RealMember::close);
    }

    @Test
    void aFourthComesUnderLoadIsPromotedAndTheLeaderIsRemoved() {
        try (Writers writers = new Writers(WRITERS)) {
            members.forEach(writers::reachable);
            writers.awaitAcknowledged(250); // so that what the fourth lacks is in a snapshot only
            String told = done("member", "add", "n4", "--learner", "--peer-urls", urlOfFourth());
            String id = found(ADDED, told);
            assertThat(refused("member", "promote", id)).contains("in sync with leader");

            RealMember fourth = fourth(found(INITIAL_CLUSTER, told)).start().awaitReady();
            fourth.running().awaitLine("snapshot-restored .*");
            Until.found("a promotion", () -> run("member", "promote", id).exitCode() == 0 ? id : null);
            members.add(fourth);
            writers.reachable(fourth);
            writers.awaitAcknowledged(50);

            RealMember leader = leader();
            writers.unreachable(leader);
            members.remove(leader);
            assertThat(done("member", "remove", idOf(leader))).contains("removed from cluster");
            leader.running().awaitLine("member-removed .*");
            assertThat(leader.running().awaitEnd()).isEqualTo(1);
            writers.awaitAcknowledged(50);
            writers.finish();
            assertWhole(writers);

            leader.start();
            leader.running().awaitLine("member-removed .*");
            assertThat(leader.running().awaitEnd()).isEqualTo(1);
        }
        assertThat(leader().put("last", "one")).isPositive();
        members.forEach(member -> assertThat(member.get("last")).isEqualTo("one"));
    }

    @Test
    void aMemberThatWasKilledAndWipedIsReplacedUnderLoad() {
        try (Writers writers = new Writers(WRITERS)) {
            members.forEach(writers::reachable);
            writers.awaitAcknowledged(250);
            RealMember lost = members.remove(1);
            writers.unreachable(lost);
            lost.kill();
            wipe(lost.data());
            lost.start();
            assertThat(lost.running().awaitEnd())
                    .as("it has forgotten its votes")
                    .isEqualTo(1);
            lost.running().awaitLine("replace it by a new member");

            Running replacing =
                    Running.start(quorate("member", "replace", idOf(lost), "n4", "--peer-urls", urlOfFourth()));
            String initialCluster =
                    replacing.awaitLine(" --initial-cluster=(n.*)").group(1);
            RealMember fourth = fourth(initialCluster).start();
            assertThat(replacing.awaitEnd()).as(replacing.output()).isZero();
            replacing.awaitLine("replaced by");
            fourth.awaitReady();
            members.add(fourth);
            writers.reachable(fourth);
            writers.awaitAcknowledged(50);
            writers.finish();
            assertWhole(writers);
        }
        assertThat(done("member", "list").lines()).hasSize(3).allMatch(line -> line.endsWith(", false"));
        // The new one counts: with one of the old two gone it is half of the majority.
        members.remove(0).kill();
        assertThat(Until.found("a leader", () -> members.stream()
                                .filter(RealMember::leads)
                                .findFirst()
                                .orElse(null))
                        .put("last", "one"))
                .isPositive();
    }

    @Test
    void etcdctlDoesTheSame() {
        String told = etcdctl("member", "add", "n4", "--learner", "--peer-urls=" + urlOfFourth());
        String id = found(ADDED, told);
        RealMember fourth = fourth(found(INITIAL_CLUSTER, told)).start().awaitReady();
        Until.found("a promotion", () -> ranEtcdctl("member", "promote", id).exitCode() == 0 ? id : null);
        members.add(fourth);
        assertThat(etcdctl("move-leader", id)).contains("Leadership transferred from");
        assertThat(fourth.leads()).isTrue();
        RealMember first = members.remove(0);
        assertThat(etcdctl("member", "remove", idOf(first))).contains("removed from cluster");
        first.running().awaitLine("member-removed .*");
        fourth.put("k", "v");
        Path file = folder.resolve("backup.snapshot");
        assertThat(Running.run(etcdctl(List.of(fourth), "snapshot", "save", file.toString()))
                        .output())
                .contains("Snapshot saved at");
        Finished got = Running.run(RealMember.quorate("snapshot", "get", "k", file.toString()));
        assertThat(got.output()).contains("v");
        assertThat(got.exitCode()).isZero();
    }

    private ProcessBuilder etcdctl(List<RealMember> asked, String... arguments) {
        List<String> words = new ArrayList<>(List.of(EtcdTools.etcdctl().toString()));
        words.addAll(List.of(arguments));
        words.add("--endpoints=" + asked.stream().map(RealMember::endpoint).collect(Collectors.joining(",")));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("ETCDCTL_API", "3");
        return builder;
    }

    private Finished ranEtcdctl(String... arguments) {
        return Running.run(etcdctl(members, arguments));
    }

    private String etcdctl(String... arguments) {
        Finished finished = ranEtcdctl(arguments);
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        return finished.output();
    }

    /** Each command of the page's sections for operators, as it stands there but for ids, names, files and addresses. */
    @Test
    void theCommandsOfThePageDoWhatItSays() {
        OperatorPage page = OperatorPage.read("## Backup and restore", "## Members");
        assertThat(onPage(page, "./quorate member list")).contains("n1, ", "n2, ", "n3, ");
        String told = onPage(page, "./quorate member add n4", "http://10.0.0.4:2380", urlOfFourth());
        String id = found(ADDED, told);
        assertThat(flagsOf(page.take("./quorate server --name=n4"))).isEqualTo(flagsOf(told));
        RealMember fourth = fourth("");
        fourth.start(printed(told, fourth)).awaitReady();
        String initialCluster = found(INITIAL_CLUSTER, told);
        String promote = page.take("./quorate member promote");
        Until.found("a promotion", () -> run(words(promote, "ID", id)).exitCode() == 0 ? id : null);
        members.add(fourth);
        assertThat(onPage(page, "./quorate move-leader", "ID", id)).contains("Leadership transferred from ");
        assertThat(fourth.leads()).isTrue();

        assertThat(onPage(page, "./quorate member lease 1s")).contains("Leases are on");
        assertThat(onPage(page, "./quorate member lease off")).contains("Leases are off");
        assertThat(onPage(page, "./quorate member lease")).contains("Leases are off");

        RealMember first = members.get(0);
        String remove = page.take("./quorate member remove");
        assertThat(done(words(remove + " --check", "ID", idOf(first)))).contains("Nothing was changed.");
        String idOfFirst = idOf(first);
        members.remove(first);
        assertThat(done(words(remove, "ID", idOfFirst))).contains("removed from cluster");
        first.running().awaitLine("member-removed .*");
        assertThat(first.running().awaitEnd()).isEqualTo(1);

        // One of the first set: its flags say another id than its directory does from now on.
        RealMember second = members.remove(0);
        String moved = "http://127.0.0.1:" + (firstPort + 10);
        String idOfSecond = idOf(second);
        assertThat(onPage(page, "./quorate member update", "ID", idOfSecond, "http://10.0.0.9:2380", moved))
                .contains("Member " + idOfSecond + " updated in cluster");
        assertThat(second.stop()).isZero();
        RealMember elsewhere = new RealMember(
                "n2",
                second.clientPort(),
                firstPort + 10,
                second.data(),
                "--initial-cluster-state=existing",
                "--initial-cluster=" + initialCluster.replace("http://127.0.0.1:" + second.peerPort(), moved));
        all.add(elsewhere);
        members.add(elsewhere.start().awaitReady());
        assertThat(elsewhere.put("k", "v")).isPositive();

        String url = "http://127.0.0.1:" + (firstPort + 9);
        String replace = page.take("./quorate member replace");
        Running replacing =
                Running.start(quorate(words(replace, "ID", idOfSecond, "n4", "n5", "http://10.0.0.4:2380", url)));
        String cluster = replacing.awaitLine(" --initial-cluster=(n.*)").group(1);
        RealMember fifth = new RealMember(
                "n5",
                firstPort + 8,
                firstPort + 9,
                folder.resolve("n5"),
                "--initial-cluster-state=existing",
                "--initial-cluster=" + nameOfNew(cluster, url));
        all.add(fifth);
        fifth.start();
        assertThat(replacing.awaitEnd()).as(replacing.output()).isZero();
        members.remove(elsewhere);
        members.add(fifth.awaitReady());
        elsewhere.running().awaitLine("member-removed .*");
        assertThat(fifth.get("k")).isEqualTo("v");

        String file = folder.resolve("backup.snapshot").toString();
        assertThat(onPage(page, "./quorate snapshot save", "FILE", file)).contains("Snapshot saved at");
        assertThat(bare(page, "./quorate snapshot status", "FILE", file)).contains("every checksum holds");
        assertThat(bare(page, "./quorate snapshot get", "KEY", "k", "FILE", file))
                .contains("v");
        String directory = folder.resolve("restored").toString();
        assertThat(bare(page, "./quorate snapshot restore", "FILE", file, "n1.etcd", directory))
                .contains("restored revision");
        assertThat(bare("log", "verify", directory)).contains("every checksum holds, and a start would take it");
        assertThat(page.left()).isEmpty();
    }

    /** The names of the flags, in order. */
    private static List<String> flagsOf(String command) {
        return FLAG.matcher(command).results().map(flag -> flag.group(1)).toList();
    }

    /** The command as it was printed, but for the client port, which it can only guess; and in this test's folder. */
    private static ProcessBuilder printed(String told, RealMember member) {
        List<String> words = new ArrayList<>(List.of("server", "--data-dir=" + member.data()));
        FLAG.matcher(told)
                .results()
                .map(MatchResult::group)
                .map(flag -> flag.startsWith("--listen-client-urls=")
                        ? "--listen-client-urls=http://" + member.endpoint()
                        : flag)
                .forEach(words::add);
        return RealMember.quorate(words.toArray(String[]::new));
    }

    /** Who has not started yet has an id for a name. */
    private static String nameOfNew(String initialCluster, String url) {
        return initialCluster.replaceFirst("[^,]+=" + Pattern.quote(url), "n5=" + url);
    }

    /** @param replaced a word, and what stands for it here, and so on */
    private String onPage(OperatorPage page, String start, String... replaced) {
        return done(words(page.take(start), replaced));
    }

    private static String bare(OperatorPage page, String start, String... replaced) {
        return bare(words(page.take(start), replaced));
    }

    private static String bare(String... words) {
        Finished finished = Running.run(RealMember.quorate(words));
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        return finished.output();
    }

    private static String[] words(String command, String... replaced) {
        String[] words = command.replaceFirst("^\\./quorate ", "").split(" +", -1);
        for (int word = 0; word < words.length; word++) {
            for (int k = 0; k < replaced.length; k += 2) {
                if (words[word].equals(replaced[k])) {
                    words[word] = replaced[k + 1];
                }
            }
        }
        return words;
    }

    // ---- the cluster

    private String urlOfFourth() {
        return "http://127.0.0.1:" + (firstPort + 7);
    }

    private RealMember fourth(String initialCluster) {
        RealMember fourth = new RealMember(
                "n4",
                firstPort + 6,
                firstPort + 7,
                folder.resolve("n4"),
                "--initial-cluster-state=existing",
                "--initial-cluster=" + initialCluster);
        all.add(fourth);
        return fourth;
    }

    private RealMember leader() {
        return RealMember.leaderOf(members);
    }

    private String idOf(RealMember member) {
        return done("member", "list")
                .lines()
                .filter(line -> line.contains(":" + member.peerPort()))
                .map(line -> line.substring(0, line.indexOf(',')))
                .findFirst()
                .orElseThrow();
    }

    private static void wipe(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertWhole(Writers writers) {
        for (RealMember member : members) {
            RangeResponse everything = member.kv()
                    .range(RangeRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8(Writers.PREFIX))
                            .setRangeEnd(ByteString.copyFromUtf8("w0"))
                            .build());
            assertThat(writers.problems(everything)).as(member.name()).isEmpty();
        }
        long revision = members.get(0).put("agreed", "upon");
        members.forEach(member -> assertThat(member.get("agreed")).isEqualTo("upon"));
        assertThat(members.stream()
                        .map(member -> member.maintenance()
                                .hashKV(HashKVRequest.newBuilder()
                                        .setRevision(revision)
                                        .build())
                                .getHash())
                        .distinct())
                .hasSize(1);
    }

    // ---- commands

    private ProcessBuilder quorate(String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.add("--endpoints=" + members.stream().map(RealMember::endpoint).collect(Collectors.joining(",")));
        return RealMember.quorate(words.toArray(String[]::new));
    }

    private Finished run(String... arguments) {
        return Running.run(quorate(arguments));
    }

    private String done(String... arguments) {
        Finished finished = run(arguments);
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        return finished.output();
    }

    private String refused(String... arguments) {
        Finished finished = run(arguments);
        assertThat(finished.exitCode()).as(finished.output()).isNotZero();
        return finished.output();
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }
}
