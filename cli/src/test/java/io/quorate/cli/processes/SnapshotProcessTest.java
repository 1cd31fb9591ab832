package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.cli.support.Running.Finished;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.HashKVResponse;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.quoratepb.StateResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots over real processes, while writes go on: saved and restored, interrupted by kill -9, fetched by who fell behind. */
@Tag("process")
@Tag("slow")
final class SnapshotProcessTest {
    private static final int WRITERS = 2;
    private static final String[] OFTEN = {"--snapshot-count=100", "--snapshot-catchup-entries=20"};

    @TempDir
    private Path folder;

    private final List<RealMember> all = new ArrayList<>();

    private List<RealMember> three(String name, String... flags) {
        List<RealMember> members = RealMember.three(Ports.run(6), folder.resolve(name), flags);
        all.addAll(members);
        return members;
    }

    @AfterEach
    void endThem() {
        all.forEach(RealMember::close);
    }

    private static Finished run(String... arguments) {
        return Running.run(RealMember.quorate(arguments));
    }

    private static String done(String... arguments) {
        Finished finished = run(arguments);
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        return finished.output();
    }

    @Test
    void whatIsSavedUnderLoadComesBackInANewClusterOfThree() {
        List<RealMember> old = three("old", OFTEN);
        Path file = folder.resolve("backup.snapshot");
        long revision;
        long hash;
        try (Writers writers = new Writers(WRITERS)) {
            old.forEach(RealMember::start);
            old.forEach(RealMember::awaitReady);
            old.forEach(writers::reachable);
            writers.awaitAcknowledged(250);
            long before = old.get(1).put("before", "the save");
            assertThat(done(
                            "snapshot",
                            "save",
                            file.toString(),
                            "--endpoints",
                            old.get(1).endpoint()))
                    .contains("Snapshot saved at " + file);
            JsonObject status = JsonParser.parseString(done("snapshot", "status", file.toString(), "-w", "json"))
                    .getAsJsonObject();
            revision = status.get("revision").getAsLong();
            hash = status.get("hash").getAsLong();
            assertThat(revision).isGreaterThanOrEqualTo(before);
            writers.awaitAcknowledged(50);
            writers.finish();
            assertThat(hashAt(old.get(0), revision)).isEqualTo(hash);
        }
        old.forEach(RealMember::kill);

        List<RealMember> young = three("young", "--initial-cluster-token=again");
        String cluster = String.join(
                ",",
                young.stream()
                        .map(member -> member.name() + "=http://127.0.0.1:" + member.peerPort())
                        .toList());
        for (RealMember member : young) {
            assertThat(done(
                            "snapshot",
                            "restore",
                            file.toString(),
                            "--data-dir=" + member.data(),
                            "--name=" + member.name(),
                            "--initial-cluster=" + cluster,
                            "--initial-cluster-token=again",
                            "--initial-advertise-peer-urls=http://127.0.0.1:" + member.peerPort()))
                    .contains("restored revision " + revision);
        }
        assertRefused(file, young.get(0));
        young.forEach(RealMember::start);
        young.forEach(RealMember::awaitReady);
        for (RealMember member : young) {
            assertThat(member.get("before")).isEqualTo("the save");
            assertThat(hashAt(member, revision)).isEqualTo(hash);
        }
        assertThat(young.get(2).put("after", "the restore")).isEqualTo(revision + 1);
        // And as any other member after a kill.
        young.get(0).kill();
        young.get(0).start().awaitReady();
        assertThat(young.get(0).get("after")).isEqualTo("the restore");
        assertThat(hashAt(young.get(0), revision)).isEqualTo(hash);
    }

    /** A directory that holds something is not touched. */
    private static void assertRefused(Path file, RealMember member) {
        Finished again = run("snapshot", "restore", file.toString(), "--data-dir=" + member.data());
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.output()).contains("is not empty", "nothing there was changed");
    }

    private static long hashAt(RealMember member, long revision) {
        HashKVResponse hash = member.maintenance()
                .hashKV(HashKVRequest.newBuilder().setRevision(revision).build());
        return Integer.toUnsignedLong(hash.getHash());
    }

    @Test
    void aMemberKilledDuringASnapshotComesBackWhole() {
        List<RealMember> members = three("members", "--snapshot-count=40", "--snapshot-catchup-entries=10");
        try (Writers writers = new Writers(WRITERS)) {
            members.forEach(RealMember::start);
            members.forEach(RealMember::awaitReady);
            members.forEach(writers::reachable);
            for (int round = 0; round < 4; round++) {
                RealMember victim = members.get(round % 3);
                victim.running().awaitLine("snapshot-taking .*");
                writers.unreachable(victim);
                victim.kill();
                writers.awaitAcknowledged(60);
                victim.start().awaitReady();
                writers.reachable(victim);
            }
            writers.awaitAcknowledged(60);
            writers.finish();
            RangeResponse found = members.get(0).kv().range(everything(false));
            assertThat(writers.problems(found)).isEmpty();
        }
        long applied = Until.found("one applied index of all members", () -> appliedByAll(members));
        assertThat(applied).isPositive();
        assertThat(members.stream().map(member -> hashAt(member, 0)).distinct()).hasSize(1);
        members.forEach(member -> assertThat(member.state().getFirstLogIndex()).isGreaterThan(1));
        members.forEach(RealMember::stop);
        members.forEach(member -> assertThat(done("log", "verify", member.data().toString()))
                .contains("every checksum holds, and a start would take it"));
    }

    private static @Nullable Long appliedByAll(List<RealMember> members) {
        List<Long> applied = members.stream()
                .map(RealMember::state)
                .map(StateResponse::getLastApplied)
                .distinct()
                .toList();
        return applied.size() == 1 ? applied.get(0) : null;
    }

    private static RangeRequest everything(boolean serializable) {
        return RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(Writers.PREFIX))
                .setRangeEnd(ByteString.copyFromUtf8("w0"))
                .setSerializable(serializable)
                .build();
    }

    /** No answer it gives meanwhile is older than what it held when it stopped, or than the snapshot. */
    @Test
    void whoFellBehindCatchesUpByASnapshotWhileWritesGoOn() {
        List<RealMember> members = three("members", OFTEN);
        members.forEach(RealMember::start);
        members.forEach(RealMember::awaitReady);
        List<RealMember> others = new ArrayList<>(members);
        // Not the leader: nobody could say of its writes under way whether they are done.
        RealMember late = others.remove(RealMember.leaderOf(members) == members.get(2) ? 1 : 2);
        try (Writers writers = new Writers(WRITERS)) {
            others.forEach(writers::reachable);
            writers.awaitAcknowledged(20);
            late.kill();
            writers.awaitAcknowledged(400);
            long missed = others.get(0).put("missed", "by the late one");
            late.start();
            Set<Status.Code> refusals = new HashSet<>();
            RangeResponse first = Until.found("a read of the late one", () -> serializable(late, refusals));
            assertThat(first.getHeader().getRevision()).isGreaterThanOrEqualTo(missed);
            assertThat(refusals).isSubsetOf(Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED));
            late.running().awaitLine("snapshot-restored .*");
            late.awaitReady();
            writers.awaitAcknowledged(20);
            writers.finish();
            assertThat(writers.unknownCount()).isZero();
        }
        Until.found("one applied index of all members", () -> appliedByAll(members));
        assertThat(members.stream().map(member -> hashAt(member, 0)).distinct()).hasSize(1);
        assertThat(late.state().getSnapshots().getIndex()).isPositive();
        assertThat(done("status", "--endpoints", late.endpoint()))
                .containsPattern("snapshot at \\d+ \\(\\d+ k?B, .* old\\)");
    }

    private static @Nullable RangeResponse serializable(RealMember member, Set<Status.Code> refusals) {
        try {
            return member.kv().range(everything(true));
        } catch (StatusRuntimeException refused) {
            refusals.add(refused.getStatus().getCode());
            return null;
        }
    }

    @Test
    void theHistoryOfAKeyIsToldOnlineAndFromTheFiles() throws Exception {
        List<RealMember> members = three("members");
        members.forEach(RealMember::start);
        members.forEach(RealMember::awaitReady);
        RealMember one = members.get(0);
        long first = one.put("k", "1");
        one.put("other", "1");
        long second = one.put("k", "2");
        assertThat(done("log", "history", "k", "--endpoints", one.endpoint()))
                .containsSubsequence("revision " + first + "  put k 1", "revision " + second + "  put k 2")
                .contains("the log holds every entry from the first on");
        assertThat(done("log", "history", "never", "--endpoints", one.endpoint()))
                .contains("not written in entries 1 to ");
        members.forEach(RealMember::stop);
        assertThat(done("log", "history", "k", "--data-dir", one.data().toString()))
                .containsSubsequence("revision " + first + "  put k 1", "revision " + second + "  put k 2");
        try (Stream<Path> files = Files.list(one.data())) {
            assertThat(files).isNotEmpty();
        }
    }
}
