package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.cli.support.Running.Finished;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.quoratepb.StateResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two of three real members are gone for good; the third one's directory goes on as a new cluster, which no old member disturbs. */
@Tag("process")
@Tag("slow")
final class RecoverProcessTest {
    private static final int WRITERS = 2;
    private static final Pattern INITIAL_CLUSTER = Pattern.compile("ETCD_INITIAL_CLUSTER=\"(.*)\"");
    private static final String[] OFTEN = {"--snapshot-count=100", "--snapshot-catchup-entries=20"};

    @TempDir
    private Path folder;

    private final int firstPort = Ports.run(10);
    private final List<RealMember> all = new ArrayList<>();

    @AfterEach
    void endThem() {
        all.forEach(RealMember::close);
    }

    /** By the commands of the page, as they stand there but for names, directories and addresses. */
    @Test
    void theThirdGoesOnWithAllThatItHeldAndAnOldMemberIsRefused() {
        OperatorPage page = OperatorPage.read("## A majority lost for good");
        List<RealMember> old = RealMember.three(firstPort, folder, OFTEN);
        all.addAll(old);
        RealMember third = old.get(2);
        try (Writers writers = new Writers(WRITERS)) {
            old.forEach(RealMember::start);
            old.forEach(RealMember::awaitReady);
            old.forEach(writers::reachable);
            writers.awaitAcknowledged(250);
            writers.finish();
            long revision = old.get(0).put("last", "before");
            // So that it has applied them all: from here on it holds each write that was acknowledged.
            assertThat(third.get("last")).isEqualTo("before");
            int hash = hash(third, revision);
            old.get(0).kill();
            old.get(1).kill();
            String directory = third.data().toString();
            String[] looking = words(ofOne(page.take("./quorate recover n1.etcd n3.etcd")), "n3.etcd", directory);
            Finished held = run(looking);
            assertThat(held.exitCode()).as(held.output()).isEqualTo(1);
            assertThat(held.output()).contains("is in use by process ");

            third.kill();
            assertThat(done(looking))
                    .contains("member n3 (", "The safest is " + directory, "Of 3 voters there is n3 here.")
                    .contains("Not looked at: n1 (", "every write may be lost", "Nothing was written.");
            assertThat(done("recover", directory, old.get(1).data().toString()))
                    .contains("So the cluster is not lost. Start these members as ever");
            Path target = folder.resolve("new");
            String url = "http://127.0.0.1:" + third.peerPort();
            String[] doing = words(
                    ofOne(OperatorPage.read("## A majority lost for good")
                            .take("./quorate recover n1.etcd n3.etcd --into")),
                    "n3.etcd",
                    directory,
                    "new.etcd",
                    target.toString(),
                    "http://10.0.0.3:2380",
                    url);
            Finished unconfirmed = run(Stream.of(doing)
                    .filter(word -> !word.equals("--accept-lost-writes"))
                    .toArray(String[]::new));
            assertThat(unconfirmed.exitCode()).as(unconfirmed.output()).isEqualTo(3);
            assertThat(target).doesNotExist();
            assertThat(done(doing))
                    .contains("Made " + target)
                    .contains("quorate server --name n3 --data-dir " + target)
                    .contains("--initial-cluster n3=" + url);

            RealMember recovered = member("n3", 4, target, OFTEN).start().awaitReady();
            assertThat(hash(recovered, revision)).isEqualTo(hash);
            assertWhole(writers, recovered);
            assertThat(recovered.put("after", "it")).isEqualTo(revision + 1);

            RealMember fourth = add(recovered, "n4", 6);
            RealMember fifth = add(recovered, "n5", 8);
            StateResponse before = recovered.state();
            RealMember back = old.get(1).start();
            back.running().awaitLine("refused-by-peer .*OTHER_CLUSTER.*");
            recovered.running().awaitLine("peer-refused .*OTHER_CLUSTER.*");
            assertThat(recovered.put("beside", "an old member")).isEqualTo(revision + 2);
            assertThat(recovered.state().getCurrentTerm()).isEqualTo(before.getCurrentTerm());
            assertThat(back.leads()).isFalse();

            // The new ones hold it all and count: they go on without the one that was recovered.
            recovered.kill();
            assertThat(Until.found("a leader", () -> Stream.of(fourth, fifth)
                                    .filter(RealMember::leads)
                                    .findFirst()
                                    .orElse(null))
                            .put("without", "it"))
                    .isEqualTo(revision + 3);
            assertWhole(writers, fourth);
            assertThat(hash(fifth, revision)).isEqualTo(hash);
            recovered.start().awaitReady();
            assertThat(recovered.get("without")).isEqualTo("it");
        }
        assertThat(page.take("./quorate member add")).isNotEmpty();
        assertThat(page.take("./quorate server --name n3 --data-dir new.etcd")).isNotEmpty();
        assertThat(page.left()).isEmpty();
    }

    /**
     * The flags of a cluster that began as one member give its ids again, so that only the epoch tells the old from the new. And two old
     * members are a majority of their own membership: they elect a leader, who gets no further than the two.
     */
    @Test
    void whereEveryIdIsTheOldOneTheEpochKeepsAMajorityOfOldMembersOut() {
        RealMember first = member("n1", 0, folder.resolve("n1")).start().awaitReady();
        RealMember second = add(first, "n2", 2);
        RealMember third = add(first, "n3", 6);
        long revision = first.put("k", "old");
        assertThat(third.get("k")).isEqualTo("old");
        long id = first.state().getMemberId();
        List.of(first, second, third).forEach(RealMember::kill);

        Path target = folder.resolve("new");
        assertThat(done(
                        "recover",
                        third.data().toString(),
                        "--into=" + target,
                        "--name=n1",
                        "--initial-advertise-peer-urls=http://127.0.0.1:" + first.peerPort(),
                        "--accept-lost-writes"))
                .contains("Made " + target);
        RealMember recovered = member("n1", 0, target).start().awaitReady();
        assertThat(recovered.get("k")).isEqualTo("old");
        assertThat(recovered.put("k", "new")).isEqualTo(revision + 1);
        StateResponse before = recovered.state();

        second.start();
        third.start();
        RealMember leader = Until.found("a leader of the old ones", () -> Stream.of(second, third)
                .filter(RealMember::leads)
                .findFirst()
                .orElse(null));
        second.running().awaitLine("refused-by-peer .*OTHER_EPOCH.*");
        third.running().awaitLine("refused-by-peer .*OTHER_EPOCH.*");
        recovered.running().awaitLine("peer-refused .*OTHER_EPOCH.*left behind when the cluster was restored.*");
        assertThat(leader.get("k")).isEqualTo("old");
        assertThat(recovered.get("k")).isEqualTo("new");
        StateResponse after = recovered.state();
        assertThat(after.getMemberId()).as("the same id").isEqualTo(id);
        assertThat(after.getCurrentTerm()).isEqualTo(before.getCurrentTerm());
        assertThat(recovered.leads()).isTrue();
    }

    /** The page has two of five members left; of the three here two would be a majority. */
    private static String ofOne(String command) {
        return command.replace(" n1.etcd ", " ");
    }

    // ---- the cluster

    private RealMember member(String name, int offset, Path data, String... flags) {
        RealMember member = new RealMember(name, firstPort + offset, firstPort + offset + 1, data, flags);
        all.add(member);
        return member;
    }

    /** As a voter, who counts when it has caught up. */
    private RealMember add(RealMember asked, String name, int offset) {
        String url = "http://127.0.0.1:" + (firstPort + offset + 1);
        String told = done("member", "add", name, "--peer-urls", url, "--endpoints", asked.endpoint());
        Matcher cluster = INITIAL_CLUSTER.matcher(told);
        assertThat(cluster.find()).as(told).isTrue();
        RealMember added = member(
                        name,
                        offset,
                        folder.resolve(name),
                        "--initial-cluster-state=existing",
                        "--initial-cluster=" + cluster.group(1))
                .start()
                .awaitReady();
        Until.found("a voter " + name, () -> isLearner(asked, name) ? null : name);
        return added;
    }

    private static boolean isLearner(RealMember asked, String name) {
        return done("member", "list", "--endpoints", asked.endpoint())
                .lines()
                .anyMatch(line -> line.contains(", " + name + ", ") && line.endsWith(", true"));
    }

    private static int hash(RealMember member, long revision) {
        return member.maintenance()
                .hashKV(HashKVRequest.newBuilder().setRevision(revision).build())
                .getHash();
    }

    private static void assertWhole(Writers writers, RealMember member) {
        RangeResponse everything = member.kv()
                .range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(Writers.PREFIX))
                        .setRangeEnd(ByteString.copyFromUtf8("w0"))
                        .build());
        assertThat(writers.problems(everything)).as(member.name()).isEmpty();
        assertThat(everything.getKvsCount()).isGreaterThanOrEqualTo(250);
    }

    // ---- commands

    private static Finished run(String... arguments) {
        return Running.run(RealMember.quorate(arguments));
    }

    private static String done(String... arguments) {
        Finished finished = run(arguments);
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
}
