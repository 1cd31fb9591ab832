package io.quorate.cli.checklist;

import static io.quorate.cli.checklist.Jetcd.bytes;
import static io.quorate.cli.checklist.Jetcd.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Cluster;
import io.etcd.jetcd.cluster.Member;
import io.etcd.jetcd.cluster.MemberListResponse;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.maintenance.StatusResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.server.rpc.EtcdError;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Part F of the checklist through jetcd, and what a member says about itself and its cluster. */
abstract class JetcdClusterChecklist extends JetcdChecklist {
    private static final int MAX_REQUEST_BYTES = 3 << 19;

    @Test
    @JetcdLine("F88")
    void aRequestAboveTheLimitIsRefusedByNameAndAHugeOneByTheTransport() {
        put("fits", MAX_REQUEST_BYTES - 100);
        jetcd.assertRefusedWithoutTrace(EtcdError.REQUEST_TOO_LARGE, () -> put("large", MAX_REQUEST_BYTES));
        Op large = Op.put(bytes(key("large")), zeros(MAX_REQUEST_BYTES), PutOption.DEFAULT);
        jetcd.assertRefusedWithoutTrace(
                EtcdError.REQUEST_TOO_LARGE, () -> commit(jetcd.txn().Then(large)));
        assertThatThrownBy(() -> put("huge", MAX_REQUEST_BYTES + (512 << 10)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refusal -> assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(jetcd.get(key("fits")).getKvs().get(0).getValue().size()).isEqualTo(MAX_REQUEST_BYTES - 100);
    }

    private void put(String name, int bytes) {
        Jetcd.await(jetcd.kv().put(bytes(key(name)), zeros(bytes)));
    }

    private static ByteSequence zeros(int count) {
        return ByteSequence.from(new byte[count]);
    }

    @Test
    @JetcdLine("C-status")
    void everyMemberNamesTheSameLeaderAndAVersionOfEtcd36() {
        Set<Long> leaders = new HashSet<>();
        jetcd.put(key("k"), "v");
        for (Jetcd member : clients()) {
            member.get(key("k"));
            StatusResponse status =
                    Jetcd.await(member.client().getMaintenanceClient().statusMember(member.url()));
            assertThat(status.getVersion()).matches("3\\.6\\.\\d+");
            assertThat(status.getRaftIndex()).isPositive();
            assertThat(status.getRaftTerm())
                    .isEqualTo(status.getHeader().getRaftTerm())
                    .isPositive();
            assertThat(status.getHeader().getRevision()).isGreaterThan(1);
            assertThat(status.getDbSize()).isPositive();
            leaders.add(status.getLeader());
        }
        assertThat(leaders).hasSize(1).doesNotContain(0L);
    }

    @Test
    @JetcdLine("C-members")
    void everyMemberListsAllMembersWithWhereToReachThem() {
        jetcd.put(key("k"), "v");
        for (Jetcd client : clients()) {
            MemberListResponse list =
                    Jetcd.await(client.client().getClusterClient().listMember());
            assertThat(list.getHeader().getRevision())
                    .as("says nothing of the store")
                    .isZero();
            assertThat(list.getHeader().getClusterId()).isNotZero();
            assertThat(list.getMembers()).hasSize(clients().size()).allSatisfy(JetcdClusterChecklist::assertComplete);
            assertThat(list.getMembers())
                    .extracting(Member::getId)
                    .contains(list.getHeader().getMemberId());
        }
    }

    @Test
    @JetcdLine("C-change")
    void aLearnerThatHasNotStartedIsAddedUpdatedAndRemoved() {
        Cluster members = jetcd.client().getClusterClient();
        URI first = URI.create("http://127.0.0.1:3");
        Member added = Jetcd.await(members.addMember(List.of(first), true)).getMember();
        assertThat(added.isLearner()).isTrue();
        assertRefusedByName(EtcdError.PEER_URL_EXISTS, () -> Jetcd.await(members.addMember(List.of(first), true)));
        assertThat(Jetcd.await(members.updateMember(added.getId(), List.of(URI.create("http://127.0.0.1:4"))))
                        .getMembers())
                .anyMatch(member -> member.getPeerURIs().contains(URI.create("http://127.0.0.1:4")));
        assertThat(Jetcd.await(members.removeMember(added.getId())).getMembers())
                .hasSize(clients().size());
        assertRefusedByName(EtcdError.MEMBER_NOT_FOUND, () -> Jetcd.await(members.removeMember(added.getId())));
    }

    @Test
    @JetcdLine("C-lead")
    void theLeaderHandsOverToTheMemberNamed() {
        jetcd.put(key("k"), "v");
        for (Jetcd client : clients()) {
            StatusResponse status =
                    Jetcd.await(client.client().getMaintenanceClient().statusMember(client.url()));
            if (status.getLeader() != status.getHeader().getMemberId()) {
                assertRefusedByName(
                        EtcdError.NOT_LEADER,
                        () -> Jetcd.await(client.client().getMaintenanceClient().moveLeader(4711)));
            } else {
                assertRefusedByName(
                        EtcdError.BAD_LEADER_TRANSFEREE,
                        () -> Jetcd.await(client.client().getMaintenanceClient().moveLeader(4711)));
            }
        }
    }

    /** Where it asks for members and leaders jetcd hands its user an exception of its own. */
    private static void assertRefusedByName(EtcdError error, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EtcdException.class, refusal -> {
            assertThat(refusal.getMessage()).isEqualTo(error.text());
            assertThat(refusal.getErrorCode().name()).isEqualTo(error.code().name());
        });
    }

    private static void assertComplete(Member member) {
        assertThat(member.getName()).isNotEmpty();
        assertThat(member.getPeerURIs()).isNotEmpty();
        assertThat(member.getClientURIs()).isNotEmpty();
        assertThat(member.isLearner()).isFalse();
    }

    @Test
    @JetcdLine("C-alarm")
    void noAlarmIsRaised() {
        assertThat(Jetcd.await(jetcd.client().getMaintenanceClient().listAlarms())
                        .getAlarms())
                .isEmpty();
    }

    @Test
    @JetcdLine("C-snapshot")
    void aSnapshotEndsWithItsDigest() throws NoSuchAlgorithmException {
        jetcd.put(key("k"), "v");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Jetcd.await(jetcd.client().getMaintenanceClient().snapshot(all));
        byte[] bytes = all.toByteArray();
        assertThat(bytes.length % 512).isEqualTo(32);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes, 0, bytes.length - 32);
        assertThat(digest.digest()).isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length));
    }

    @Test
    @JetcdLine("C-hash")
    void membersWithTheSameHistoryHashEqual() {
        long last = jetcd.put(key("k"), "v").getHeader().getRevision();
        Set<Integer> hashes = new HashSet<>();
        for (Jetcd member : clients()) {
            member.get(key("k"));
            hashes.add(hashAt(member, last));
        }
        assertThat(hashes).hasSize(1);
        Etcd.assertRefused(EtcdError.FUTURE_REVISION, () -> hashAt(jetcd, last + 1_000_000));
    }

    private static int hashAt(Jetcd member, long revision) {
        return Jetcd.await(member.client().getMaintenanceClient().hashKV(member.url(), revision))
                .getHash();
    }
}
