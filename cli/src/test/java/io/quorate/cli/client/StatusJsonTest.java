package io.quorate.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.Peer;
import io.quorate.etcd.quoratepb.Runtime;
import io.quorate.etcd.quoratepb.Snapshots;
import io.quorate.etcd.quoratepb.StateHash;
import io.quorate.etcd.quoratepb.StateResponse;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The whole document of {@code status -w json}: programs rest on each of its names. */
final class StatusJsonTest {
    @Test
    void beforeTheFirstStartOfAllThereAreNoVotersToCount() {
        StateResponse waiting = StateResponse.newBuilder().setName("n1").build();
        StringWriter out = new StringWriter();
        StatusCommand.words(new PrintWriter(out, true), Map.of("127.0.0.1:1", waiting));
        assertThat(out.toString()).startsWith("No cluster yet: n1 waits").doesNotContain("0 of 0");
    }

    @Test
    void whoIsSickSaysWhy() {
        StringWriter out = new StringWriter();
        StatusCommand.words(new PrintWriter(out, true), Map.of("127.0.0.1:2379", leader()));
        assertThat(out.toString())
                .contains("n1 is sick: a flush of its log took 700 ms; until that is over it leads only where nobody"
                        + " else can." + System.lineSeparator())
                .endsWith("n1: it differs." + System.lineSeparator()
                        + "The state of n1 is not compared with the others': it is new." + System.lineSeparator());
    }

    /** As after {@code member add} on a cluster of one: it decides alone until the other has started. */
    @Test
    void whoHasNotStartedAndWhoLearnsDoesNotCount() {
        StateResponse alone = leader().toBuilder()
                .addMembers(voter(N1, "n1"))
                .addMembers(ClusterMember.newBuilder().setId(N2))
                .addMembers(voter(7, "n3").setLearner(true))
                .build();
        assertThat(StatusCommand.isHealthy(Map.of("127.0.0.1:2379", alone))).isTrue();
        assertThat(words(alone))
                .contains("Healthy: n1 leads term 3; 1 of 1 voters answer; no failure can be survived now.")
                .containsPattern("fd422379fda50e48 +not started")
                .containsPattern("n3 +learner, does not answer");
    }

    /** Three of the four answer, and yet nobody decides: of the new half only one does. */
    @Test
    void whileTheMembershipChangesEachHalfNeedsAMajority() {
        StateResponse joint = leader().toBuilder()
                .addMembers(voter(N1, "n1"))
                .addMembers(voter(2, "n2").setLeaving(true))
                .addMembers(voter(3, "n3").setLeaving(true))
                .addMembers(voter(4, "n4").setEntering(true))
                .build();
        StateResponse second = newcomer().toBuilder().setMemberId(2).build();
        StateResponse third = newcomer().toBuilder().setMemberId(3).build();
        Map<String, StateResponse> states = Map.of("a:1", joint, "b:1", second, "c:1", third);
        assertThat(StatusCommand.isHealthy(states)).isFalse();
        assertThat(StatusCommand.isHealthy(Map.of(
                        "a:1",
                        joint,
                        "b:1",
                        second,
                        "d:1",
                        third.toBuilder().setMemberId(4).build())))
                .isTrue();
    }

    /** It counts for writes, and with it the leader goes on; but of the two that are left without the leader one cannot vote. */
    @Test
    void whoIsDamagedSurvivesNoFailure() {
        StateResponse three = leader().toBuilder()
                .addMembers(voter(N1, "n1"))
                .addMembers(voter(2, "n2"))
                .addMembers(voter(3, "n3"))
                .build();
        StateResponse second = newcomer().toBuilder().setMemberId(2).build();
        StateResponse damaged =
                newcomer().toBuilder().setMemberId(3).setLostThrough(9).build();
        Map<String, StateResponse> states = new LinkedHashMap<>();
        states.put("a:1", three);
        states.put("b:1", second);
        states.put("c:1", damaged);
        assertThat(words(states))
                .startsWith("Degraded: n1 leads term 3; 3 of 3 voters answer, 1 of them damaged and without a vote;"
                        + " no failure can be survived now.");
        states.remove("b:1");
        assertThat(words(states)).startsWith("Degraded: n1 leads term 3; 2 of 3 voters answer, 1 of them damaged");
        assertThat(StatusCommand.isHealthy(states)).as("it still decides").isTrue();
        Map<String, StateResponse> leaderless = new LinkedHashMap<>();
        leaderless.put("a:1", three.toBuilder().setLeader(0).setRole("FOLLOWER").build());
        leaderless.put("c:1", damaged);
        assertThat(words(leaderless))
                .startsWith(
                        "No leader: 2 of 3 voters answer, 1 of them damaged and without a vote, too few to elect one.");
        leaderless.put("b:1", second);
        assertThat(words(leaderless))
                .startsWith("No leader: 3 of 3 voters answer, 1 of them")
                .contains("under way.");
    }

    private static ClusterMember.Builder voter(long id, String name) {
        return ClusterMember.newBuilder().setId(id).setName(name).setStarted(true);
    }

    private static String words(StateResponse only) {
        return words(Map.of("127.0.0.1:2379", only));
    }

    private static String words(Map<String, StateResponse> states) {
        StringWriter out = new StringWriter();
        StatusCommand.words(new PrintWriter(out, true), states);
        return out.toString();
    }

    private static final long N1 = 0x8e9e05c52164694dL;
    private static final long N2 = 0xfd422379fda50e48L;

    private static final String SNAPSHOTS =
            "\"snapshots\":{\"index\":4,\"bytes\":4096,\"ageMillis\":61000,\"taking\":5,\"restoring\":0,\"fetching\":0,"
                    + "\"fetchedFrom\":null,\"fetchedBytes\":0,\"fetchBytes\":0,\"sending\":1}";

    private static final String NO_SNAPSHOTS =
            "\"snapshots\":{\"index\":0,\"bytes\":0,\"ageMillis\":0,\"taking\":0,\"restoring\":0,\"fetching\":9,"
                    + "\"fetchedFrom\":\"8e9e05c52164694d\",\"fetchedBytes\":20000,\"fetchBytes\":12000000,\"sending\":0}";

    private static final String STATE_HASH =
            "\"stateHash\":{\"agreedIndex\":4,\"undecidedIndex\":0,\"differsAt\":6,\"sameThrough\":4,\"differsFrom\":5,"
                    + "\"problem\":\"it differs\",\"notCompared\":\"it is new\"},";

    private static final String NO_STATE_HASH =
            "\"stateHash\":{\"agreedIndex\":0,\"undecidedIndex\":0,\"differsAt\":0,\"sameThrough\":0,\"differsFrom\":0,"
                    + "\"problem\":null,\"notCompared\":null},";

    private static final String RUNTIME =
            "\"runtime\":{\"javaVersion\":\"17.0.15\",\"collector\":\"G1\",\"heapUsedBytes\":10,"
                    + "\"heapMaxBytes\":20,\"pid\":4711,\"uptimeMillis\":30}";

    @Test
    void everyAttributeHasTheNameThatThePaperGivesIt() {
        Map<String, StateResponse> states = new LinkedHashMap<>();
        states.put("127.0.0.1:2379", leader());
        states.put("127.0.0.1:22379", newcomer().toBuilder().setLostThrough(12).build());
        assertThat(Json.text(StatusCommand.json(states)))
                .isEqualTo(
                        "{\"members\":[{\"endpoint\":\"127.0.0.1:2379\",\"name\":\"n1\",\"memberId\":\"8e9e05c52164694d\","
                                + "\"currentTerm\":3,\"votedFor\":\"8e9e05c52164694d\",\"role\":\"leader\","
                                + "\"leader\":\"8e9e05c52164694d\",\"firstLogIndex\":1,\"lastLogIndex\":7,\"lastLogTerm\":3,"
                                + "\"commitIndex\":6,\"lastApplied\":5,\"peers\":[{\"memberId\":\"fd422379fda50e48\","
                                + "\"name\":\"n2\",\"connected\":true,\"nextIndex\":8,\"matchIndex\":0}],"
                                + "\"sickness\":\"a flush of its log took 700 ms\",\"lostThrough\":0,"
                                + STATE_HASH
                                + "\"versions\":{\"cluster\":2,\"oldest\":1,\"newest\":3}," + SNAPSHOTS
                                + "," + RUNTIME
                                + "},"
                                + "{\"endpoint\":\"127.0.0.1:22379\",\"name\":\"n2\",\"memberId\":\"fd422379fda50e48\","
                                + "\"currentTerm\":0,\"votedFor\":null,\"role\":\"follower\",\"leader\":null,"
                                + "\"firstLogIndex\":0,\"lastLogIndex\":0,\"lastLogTerm\":0,\"commitIndex\":0,\"lastApplied\":0,"
                                + "\"peers\":[{\"memberId\":\"8e9e05c52164694d\",\"name\":\"n1\",\"connected\":false}],\"sickness\":null,"
                                + "\"lostThrough\":12,"
                                + NO_STATE_HASH
                                + "\"versions\":{\"cluster\":0,\"oldest\":0,\"newest\":0},"
                                + NO_SNAPSHOTS
                                + ","
                                + RUNTIME
                                + "}]}");
    }

    @Test
    void theWordsTellOfSnapshotsWhatAPersonAsks() {
        StateResponse view = StateResponse.newBuilder()
                .addMembers(ClusterMember.newBuilder().setId(N1).setName("n1"))
                .build();
        assertThat(SnapshotWords.of(leader(), view))
                .isEqualTo("snapshot at 4 (4096 B, 1m old), log from 1, taking one, sending to 1");
        assertThat(SnapshotWords.of(newcomer(), view)).isEqualTo("no snapshot, receiving 9 from n1 (20 kB of 12.0 MB)");
    }

    private static StateResponse leader() {
        return StateResponse.newBuilder()
                .setName("n1")
                .setMemberId(N1)
                .setCurrentTerm(3)
                .setVotedFor(N1)
                .setRole("LEADER")
                .setLeader(N1)
                .setFirstLogIndex(1)
                .setLastLogIndex(7)
                .setLastLogTerm(3)
                .setCommitIndex(6)
                .setLastApplied(5)
                .setSickness("a flush of its log took 700 ms")
                .setStateHash(StateHash.newBuilder()
                        .setAgreedIndex(4)
                        .setDiffersAt(6)
                        .setSameThrough(4)
                        .setDiffersFrom(5)
                        .setProblem("it differs")
                        .setNotCompared("it is new"))
                .setClusterVersion(2)
                .setOldestVersion(1)
                .setNewestVersion(3)
                .addPeers(Peer.newBuilder()
                        .setMemberId(N2)
                        .setName("n2")
                        .setConnected(true)
                        .setNextIndex(8))
                .setSnapshots(Snapshots.newBuilder()
                        .setIndex(4)
                        .setBytes(4096)
                        .setAgeMillis(61_000)
                        .setTaking(5)
                        .setSending(1))
                .setRuntime(runtime())
                .build();
    }

    private static StateResponse newcomer() {
        return StateResponse.newBuilder()
                .setName("n2")
                .setMemberId(N2)
                .setRole("FOLLOWER")
                .addPeers(Peer.newBuilder().setMemberId(N1).setName("n1"))
                .setSnapshots(Snapshots.newBuilder()
                        .setFetching(9)
                        .setFetchedFrom(N1)
                        .setFetchedBytes(20_000)
                        .setFetchBytes(12_000_000))
                .setRuntime(runtime())
                .build();
    }

    private static Runtime runtime() {
        return Runtime.newBuilder()
                .setJavaVersion("17.0.15")
                .setCollector("G1")
                .setHeapUsedBytes(10)
                .setHeapMaxBytes(20)
                .setPid(4711)
                .setUptimeMillis(30)
                .build();
    }
}
