package io.quorate.cli.checklist;

import static io.quorate.cli.checklist.Etcd.bytes;
import static io.quorate.cli.checklist.Etcd.op;
import static io.quorate.cli.checklist.Etcd.putOf;
import static io.quorate.cli.checklist.Etcd.then;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.netty.handler.codec.http2.Http2Headers;
import io.quorate.etcd.etcdserverpb.AlarmRequest;
import io.quorate.etcd.etcdserverpb.AlarmResponse;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.HashRequest;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.Member;
import io.quorate.etcd.etcdserverpb.MemberAddRequest;
import io.quorate.etcd.etcdserverpb.MemberAddResponse;
import io.quorate.etcd.etcdserverpb.MemberListRequest;
import io.quorate.etcd.etcdserverpb.MemberListResponse;
import io.quorate.etcd.etcdserverpb.MemberPromoteRequest;
import io.quorate.etcd.etcdserverpb.MemberRemoveRequest;
import io.quorate.etcd.etcdserverpb.MemberUpdateRequest;
import io.quorate.etcd.etcdserverpb.MoveLeaderRequest;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.etcdserverpb.SnapshotRequest;
import io.quorate.etcd.etcdserverpb.SnapshotResponse;
import io.quorate.etcd.etcdserverpb.StatusRequest;
import io.quorate.etcd.etcdserverpb.StatusResponse;
import io.quorate.etcd.health.HealthCheckRequest;
import io.quorate.etcd.health.HealthCheckResponse.ServingStatus;
import io.quorate.etcd.health.HealthGrpc;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.ReadLogRequest;
import io.quorate.etcd.quoratepb.ReadLogResponse;
import io.quorate.etcd.quoratepb.StateRequest;
import io.quorate.etcd.quoratepb.StateResponse;
import io.quorate.server.rpc.EtcdError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Part F of the checklist, and what a member says about itself and its cluster. */
abstract class TransportChecklist extends Checklist {
    private static final int MAX_REQUEST_BYTES = 3 << 19;

    @Test
    @Line("F88")
    void aRequestAboveTheLimitIsRefusedByNameAndAHugeOneByTheTransport() {
        etcd.send(PutRequest.newBuilder().setKey(bytes(key("fits"))).setValue(zeros(MAX_REQUEST_BYTES - 100)));
        etcd.assertRefusedWithoutTrace(
                EtcdError.REQUEST_TOO_LARGE,
                () -> etcd.send(putOf(key("large"), "").setValue(zeros(MAX_REQUEST_BYTES))));
        etcd.assertRefusedWithoutTrace(
                EtcdError.REQUEST_TOO_LARGE,
                () -> etcd.send(then(op(putOf(key("large"), "").setValue(zeros(MAX_REQUEST_BYTES))))));
        assertCode(
                Status.Code.RESOURCE_EXHAUSTED,
                () -> etcd.send(putOf(key("huge"), "").setValue(zeros(MAX_REQUEST_BYTES + (512 << 10)))));
        assertThat(etcd.get(key("fits")).getKvs(0).getValue().size()).isEqualTo(MAX_REQUEST_BYTES - 100);
    }

    @Test
    @Line("F89")
    void anUnknownMethodIsUnimplementedAndTheServerIsHealthy() {
        MethodDescriptor<RangeRequest, RangeResponse> unknown = KVGrpc.getRangeMethod().toBuilder()
                .setFullMethodName("etcdserverpb.KV/RangeStream")
                .build();
        assertCode(
                Status.Code.UNIMPLEMENTED,
                () -> ClientCalls.blockingUnaryCall(
                        etcd.channel(), unknown, CallOptions.DEFAULT, RangeRequest.getDefaultInstance()));
        assertThat(HealthGrpc.newBlockingStub(etcd.channel())
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
        assertCode(Status.Code.NOT_FOUND, () -> HealthGrpc.newBlockingStub(etcd.channel())
                .check(HealthCheckRequest.newBuilder().setService("nobody").build()));
    }

    @Test
    @Line("F93")
    void httpOnTheSamePortIsAnswered() throws IOException {
        URI endpoint = URI.create("tcp://" + cluster.endpoint(0));
        try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] start = socket.getInputStream().readNBytes(12);
            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 404");
        }
        etcd.put(key("k"), "v");
    }

    @Test
    @Line("F94")
    void aClientVersionThatIsNoTextIsRefused() throws IOException {
        Http2Headers answer = RawHttp2.call(
                cluster.endpoint(0), "etcdserverpb.KV/Put", "client-api-version", new byte[] {'3', '.', (byte) 0xff});
        assertThat(answer.get("grpc-message")).hasToString(EtcdError.INVALID_CLIENT_API_VERSION.text());
        assertThat(answer.get("grpc-status"))
                .hasToString("" + EtcdError.INVALID_CLIENT_API_VERSION.code().value());
    }

    @Test
    @Line(
            value = "C-status",
            covers = {"Maintenance.Status"})
    void everyMemberNamesTheSameLeaderAndAVersionOfEtcd36() {
        Set<Long> leaders = new HashSet<>();
        etcd.put(key("k"), "v");
        for (int index = 0; index < cluster.members().size(); index++) {
            member(index).get(key("k"));
            StatusResponse status =
                    MaintenanceGrpc.newBlockingStub(member(index).channel()).status(StatusRequest.getDefaultInstance());
            assertThat(status.getVersion()).matches("3\\.6\\.\\d+");
            assertThat(status.getStorageVersion()).isEqualTo("3.6.0");
            assertThat(status.getRaftAppliedIndex()).isPositive().isLessThanOrEqualTo(status.getRaftIndex());
            assertThat(status.getRaftTerm())
                    .isEqualTo(status.getHeader().getRaftTerm())
                    .isPositive();
            assertThat(status.getHeader().getRevision()).isGreaterThan(1);
            assertThat(status.getDbSize())
                    .isGreaterThanOrEqualTo(status.getDbSizeInUse())
                    .isPositive();
            assertThat(status.getDbSizeQuota()).isEqualTo(2L << 30);
            assertThat(status.getIsLearner()).isFalse();
            assertThat(status.getErrorsList()).isEmpty();
            leaders.add(status.getLeader());
        }
        assertThat(leaders).hasSize(1).doesNotContain(0L);
    }

    @Test
    @Line(
            value = "C-members",
            covers = {"Cluster.MemberList", "MemberListRequest.linearizable"})
    void everyMemberListsAllMembersWithWhereToReachThem() {
        etcd.put(key("k"), "v");
        for (int index = 0; index < cluster.members().size(); index++) {
            MemberListResponse list = ClusterGrpc.newBlockingStub(member(index).channel())
                    .memberList(
                            MemberListRequest.newBuilder().setLinearizable(true).build());
            assertThat(list.getHeader().getRevision())
                    .as("says nothing of the store")
                    .isZero();
            assertThat(list.getHeader().getClusterId()).isNotZero();
            assertThat(list.getMembersList())
                    .hasSize(cluster.members().size())
                    .allSatisfy(TransportChecklist::assertComplete);
            assertThat(list.getMembersList())
                    .extracting(Member::getID)
                    .contains(list.getHeader().getMemberId());
        }
    }

    @Test
    @Line(
            value = "C-change",
            covers = {
                "Cluster.MemberAdd",
                "MemberAddRequest.peerURLs",
                "MemberAddRequest.isLearner",
                "Cluster.MemberPromote",
                "MemberPromoteRequest.ID",
                "Cluster.MemberUpdate",
                "MemberUpdateRequest.ID",
                "MemberUpdateRequest.peerURLs",
                "Cluster.MemberRemove",
                "MemberRemoveRequest.ID"
            })
    void aLearnerThatHasNotStartedIsAddedUpdatedAndRemoved() {
        ClusterGrpc.ClusterBlockingStub stub =
                ClusterGrpc.newBlockingStub(member(cluster.members().size() - 1).channel());
        MemberAddRequest add = MemberAddRequest.newBuilder()
                .addPeerURLs("http://127.0.0.1:1")
                .setIsLearner(true)
                .build();
        MemberAddResponse added = stub.memberAdd(add);
        long id = added.getMember().getID();
        assertThat(added.getMember().getIsLearner()).isTrue();
        assertThat(added.getMember().getName()).as("not started").isEmpty();
        assertThat(added.getMembersList()).hasSize(cluster.members().size() + 1).contains(added.getMember());
        Etcd.assertRefused(EtcdError.PEER_URL_EXISTS, () -> stub.memberAdd(add));
        Etcd.assertRefused(
                EtcdError.LEARNER_NOT_READY,
                () -> stub.memberPromote(
                        MemberPromoteRequest.newBuilder().setID(id).build()));
        assertThat(stub.memberUpdate(MemberUpdateRequest.newBuilder()
                                .setID(id)
                                .addPeerURLs("http://127.0.0.1:2")
                                .build())
                        .getMembersList())
                .anyMatch(member ->
                        member.getID() == id && member.getPeerURLsList().equals(List.of("http://127.0.0.1:2")));
        MemberRemoveRequest remove = MemberRemoveRequest.newBuilder().setID(id).build();
        assertThat(stub.memberRemove(remove).getMembersList())
                .hasSize(cluster.members().size())
                .noneMatch(member -> member.getID() == id);
        Etcd.assertRefused(EtcdError.MEMBER_NOT_FOUND, () -> stub.memberRemove(remove));
    }

    @Test
    @Line(
            value = "C-lead",
            covers = {"Maintenance.MoveLeader", "MoveLeaderRequest.targetID"})
    void theLeaderHandsOverToTheMemberNamed() {
        etcd.put(key("k"), "v");
        long to = 0;
        MaintenanceGrpc.MaintenanceBlockingStub leader = null;
        for (int index = 0; index < cluster.members().size(); index++) {
            MaintenanceGrpc.MaintenanceBlockingStub stub =
                    MaintenanceGrpc.newBlockingStub(member(index).channel());
            StatusResponse status = stub.status(StatusRequest.getDefaultInstance());
            if (status.getLeader() == status.getHeader().getMemberId()) {
                leader = stub;
            } else {
                to = status.getHeader().getMemberId();
                Etcd.assertRefused(EtcdError.NOT_LEADER, () -> stub.moveLeader(MoveLeaderRequest.getDefaultInstance()));
            }
        }
        MaintenanceGrpc.MaintenanceBlockingStub before = Objects.requireNonNull(leader);
        Etcd.assertRefused(
                EtcdError.BAD_LEADER_TRANSFEREE,
                () -> before.moveLeader(
                        MoveLeaderRequest.newBuilder().setTargetID(4711).build()));
        before.moveLeader(MoveLeaderRequest.newBuilder().setTargetID(to).build());
        assertThat(before.status(StatusRequest.getDefaultInstance()).getLeader())
                .isEqualTo(to);
        assertThat(etcd.put(key("k"), "w").getHeader().getRevision()).isPositive();
    }

    private static void assertComplete(Member member) {
        assertThat(member.getName()).isNotEmpty();
        assertThat(member.getPeerURLsList()).isNotEmpty();
        assertThat(member.getClientURLsList()).isNotEmpty();
        assertThat(member.getIsLearner()).isFalse();
    }

    @Test
    @Line(
            value = "C-alarm",
            covers = {"Maintenance.Alarm", "AlarmRequest.action"})
    void noAlarmIsRaised() {
        AlarmResponse alarms = MaintenanceGrpc.newBlockingStub(etcd.channel()).alarm(AlarmRequest.getDefaultInstance());
        assertThat(alarms.getAlarmsList()).isEmpty();
        assertThat(alarms.hasHeader()).isTrue();
        assertCode(Status.Code.UNIMPLEMENTED, () -> MaintenanceGrpc.newBlockingStub(etcd.channel())
                .alarm(AlarmRequest.newBuilder()
                        .setAction(AlarmRequest.AlarmAction.ACTIVATE)
                        .build()));
    }

    @Test
    @Line(
            value = "C-snapshot",
            covers = {"Maintenance.Snapshot"})
    void aSnapshotComesInPiecesThatCountDownAndEndsWithItsDigest() throws NoSuchAlgorithmException {
        etcd.put(key("k"), "v".repeat(100_000));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        long remaining = Long.MAX_VALUE;
        Iterator<SnapshotResponse> pieces =
                MaintenanceGrpc.newBlockingStub(etcd.channel()).snapshot(SnapshotRequest.getDefaultInstance());
        while (pieces.hasNext()) {
            SnapshotResponse piece = pieces.next();
            assertThat(piece.getVersion()).isEqualTo("3.6.0");
            assertThat(piece.getRemainingBytes())
                    .isEqualTo(
                            remaining == Long.MAX_VALUE
                                    ? piece.getRemainingBytes()
                                    : remaining - piece.getBlob().size());
            remaining = piece.getRemainingBytes();
            all.writeBytes(piece.getBlob().toByteArray());
        }
        assertThat(remaining).isZero();
        byte[] bytes = all.toByteArray();
        assertThat(bytes.length).isGreaterThan(100_000);
        assertThat(bytes.length % 512).isEqualTo(32);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes, 0, bytes.length - 32);
        assertThat(digest.digest()).isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length));
    }

    @Test
    @Line(
            value = "C-hash",
            covers = {"Maintenance.Hash"})
    void membersWithTheSameHistoryHashEqual() {
        long last = etcd.put(key("k"), "v").getHeader().getRevision();
        Set<Integer> hashes = new HashSet<>();
        Set<Integer> kvHashes = new HashSet<>();
        for (int index = 0; index < cluster.members().size(); index++) {
            member(index).get(key("k"));
            MaintenanceGrpc.MaintenanceBlockingStub stub =
                    MaintenanceGrpc.newBlockingStub(member(index).channel());
            hashes.add(stub.hash(HashRequest.getDefaultInstance()).getHash());
            var hash = stub.hashKV(HashKVRequest.newBuilder().setRevision(last).build());
            assertThat(hash.getHashRevision()).isEqualTo(last);
            kvHashes.add(hash.getHash());
        }
        assertThat(hashes).hasSize(1);
        assertThat(kvHashes).hasSize(1);
        Etcd.assertRefused(EtcdError.FUTURE_REVISION, () -> MaintenanceGrpc.newBlockingStub(etcd.channel())
                .hashKV(HashKVRequest.newBuilder().setRevision(last + 1_000_000).build()));
    }

    @Test
    @Line("Q-node")
    void theLogIsReadByIndexAndTheStateByName() {
        etcd.put(key("k"), "100");
        NodeGrpc.NodeBlockingStub node = NodeGrpc.newBlockingStub(etcd.channel());
        StateResponse state = node.state(StateRequest.getDefaultInstance());
        assertThat(state.getCurrentTerm()).isPositive();
        assertThat(state.getLeader()).isNotZero();
        assertThat(state.getCommitIndex()).isGreaterThanOrEqualTo(state.getLastApplied());
        assertThat(state.getMembersCount()).isEqualTo(cluster.members().size());
        assertThat(state.getRuntime().getCollector()).isNotEmpty();
        ReadLogResponse last = newestPut(node, state.getLastLogIndex());
        assertThat(last.getSuccess()).isTrue();
        assertThat(last.getCommitted()).isTrue();
        assertThat(last.getEntry().getCommand()).isEqualTo("put " + key("k") + " 100");
        assertCode(
                Status.Code.NOT_FOUND,
                () -> node.readLog(ReadLogRequest.newBuilder()
                        .setIndex(state.getLastLogIndex() + 1_000_000)
                        .build()));
    }

    /** The newest entry that is this test's put: what stands behind it, if anything, is the cluster's own. */
    private ReadLogResponse newestPut(NodeGrpc.NodeBlockingStub node, long last) {
        ReadLogResponse found =
                node.readLog(ReadLogRequest.newBuilder().setIndex(last).build());
        for (long index = last; !found.getEntry().getCommand().contains(own) && index > 0; index--) {
            found = node.readLog(ReadLogRequest.newBuilder().setIndex(index).build());
        }
        return found;
    }

    private static void assertCode(Status.Code code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> assertThat(
                        refusal.getStatus().getCode())
                .isEqualTo(code));
    }

    private static ByteString zeros(int count) {
        return ByteString.copyFrom(new byte[count]);
    }
}
