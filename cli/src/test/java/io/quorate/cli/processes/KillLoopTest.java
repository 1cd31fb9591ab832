package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.cli.support.Ports;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.HashKVResponse;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.quoratepb.StateResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 in thirty rounds, under writers: the leader ten times, a follower ten times, two of three five times, all three
 * five times. Writes go on after every round, and at the end each value that was acknowledged is there once, at the revision
 * that was told.
 */
@Tag("process")
@Tag("slow")
final class KillLoopTest {
    private static final int WRITERS = 4;
    private static final int PROGRESS = 40;

    private enum Victims {
        LEADER,
        FOLLOWER,
        TWO,
        ALL
    }

    private final Random random = new Random(30);

    @Test
    void nothingAcknowledgedIsLostOrDoneTwice(@TempDir Path folder) {
        List<RealMember> members = RealMember.three(Ports.run(6), folder);
        try (Writers writers = new Writers(WRITERS)) {
            members.forEach(RealMember::start);
            members.forEach(RealMember::awaitReady);
            members.forEach(writers::reachable);
            int kills = 0;
            List<Victims> rounds = rounds();
            for (Victims round : rounds) {
                writers.awaitAcknowledged(PROGRESS);
                kills += kill(round, members, writers);
            }
            writers.awaitAcknowledged(PROGRESS);
            writers.finish();
            System.out.printf(
                    "%d kills in %d rounds, %d writes acknowledged, %d unknown%n",
                    kills, rounds.size(), writers.acknowledgedCount(), writers.unknownCount());
            assertThat(kills).isEqualTo(10 + 10 + 5 * 2 + 5 * 3);
            assertAgreement(members, writers);
        } finally {
            members.forEach(RealMember::close);
        }
    }

    private List<Victims> rounds() {
        List<Victims> rounds = new ArrayList<>(Collections.nCopies(10, Victims.LEADER));
        rounds.addAll(Collections.nCopies(10, Victims.FOLLOWER));
        rounds.addAll(Collections.nCopies(5, Victims.TWO));
        rounds.addAll(Collections.nCopies(5, Victims.ALL));
        Collections.shuffle(rounds, random);
        return rounds;
    }

    private int kill(Victims round, List<RealMember> members, Writers writers) {
        List<RealMember> victims =
                switch (round) {
                    case LEADER -> List.of(RealMember.leaderOf(members));
                    case FOLLOWER -> List.of(follower(members));
                    case TWO -> two(members);
                    case ALL -> members;
                };
        victims.forEach(writers::unreachable);
        victims.forEach(victim -> victim.running().kill());
        victims.forEach(RealMember::kill);
        if (victims.size() == 1) {
            // Two of three are a majority: they need nobody to come back.
            writers.awaitAcknowledged(PROGRESS);
        }
        victims.forEach(RealMember::start);
        victims.forEach(RealMember::awaitReady);
        victims.forEach(writers::reachable);
        return victims.size();
    }

    private List<RealMember> two(List<RealMember> members) {
        List<RealMember> two = new ArrayList<>(members);
        two.remove(random.nextInt(two.size()));
        return two;
    }

    /** Of the two, by chance: the leader is asked for first, so that there is one. */
    private RealMember follower(List<RealMember> members) {
        List<RealMember> followers = new ArrayList<>(members);
        followers.remove(RealMember.leaderOf(members));
        return followers.get(random.nextInt(followers.size()));
    }

    private static void assertAgreement(List<RealMember> members, Writers writers) {
        RangeResponse all = members.get(0).kv().range(everything(false));
        assertThat(all.getCount()).isGreaterThanOrEqualTo(writers.acknowledgedCount());
        assertThat(writers.problems(all)).isEmpty();
        long applied = Until.found("one applied index of all members", () -> appliedByAll(members));
        assertThat(applied).isPositive();
        List<HashKVResponse> hashes = members.stream()
                .map(member -> member.maintenance().hashKV(HashKVRequest.getDefaultInstance()))
                .toList();
        assertThat(hashes)
                .extracting(HashKVResponse::getHash)
                .containsOnly(hashes.get(0).getHash());
        assertThat(hashes)
                .extracting(HashKVResponse::getHashRevision)
                .containsOnly(hashes.get(0).getHashRevision());
        for (RealMember member : members) {
            assertThat(member.kv().range(everything(true)).getKvsList()).isEqualTo(all.getKvsList());
        }
    }

    /** Null while they differ. */
    private static @org.jspecify.annotations.Nullable Long appliedByAll(List<RealMember> members) {
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
}
