package io.quorate.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.HashRequest;
import io.quorate.etcd.etcdserverpb.MemberAddRequest;
import io.quorate.etcd.etcdserverpb.MemberPromoteRequest;
import io.quorate.etcd.etcdserverpb.MemberRemoveRequest;
import io.quorate.etcd.etcdserverpb.MoveLeaderRequest;
import io.quorate.node.ChangeOutcome;
import io.quorate.node.ChangeOutcome.NotChanged;
import io.quorate.node.NodeStatus;
import io.quorate.node.PeerStatus;
import io.quorate.node.SnapshotStatus;
import io.quorate.node.StateHashStatus;
import io.quorate.node.TransferOutcome;
import io.quorate.node.TransferOutcome.NotTransferred;
import io.quorate.node.Unknown;
import io.quorate.node.port.Versions;
import io.quorate.raft.RoleName;
import io.quorate.raft.TransferRefusal;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What etcd's clients hear of changes and transfers that are refused for what passes by itself, over a node that says so. */
class MembershipErrorsTest {
    private static final Membership THREE = Membership.ofVoters(List.of(member(1), member(2), member(3)));

    private final ScriptedNode node = new ScriptedNode();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final Headers headers = new Headers(1, 1, node);
    private final LargeReads large = new LargeReads(1 << 20);
    private final MaintenanceService maintenance =
            new MaintenanceService(node, node.store::view, headers, ServerVersion.current(), large, 0);

    @AfterEach
    void close() {
        timer.shutdownNow();
        large.close();
    }

    @Test
    void aVoterIsNotAddedWhileOneDoesNotAnswer() {
        node.status = status(List.of(2L));
        assertRefused(EtcdError.UNHEALTHY, add(true));
        assertThat(node.changes).as("the node is not asked").isEmpty();
        node.changeOutcomes.add(changed());
        assertThat(heard(add(false)))
                .as("as --strict-reconfig-check=false says")
                .isNull();
    }

    @Test
    void oneThatAnswersIsNotRemovedWhereTheOthersWouldBeNoMajority() {
        node.status = status(List.of(2L));
        assertRefused(EtcdError.UNHEALTHY, remove(2));
        node.changeOutcomes.add(changed());
        assertThat(heard(remove(3))).as("who is down takes nothing away").isNull();
    }

    @Test
    void whatTheLeaderKnowsToBeNoMajorityIsUnhealthyToo() {
        node.status = status(List.of(2L, 3L));
        node.changeOutcomes.add(refused(ChangeRefusal.NO_QUORUM));
        assertRefused(EtcdError.UNHEALTHY, remove(3));
    }

    /** It is tried again for as long as a request may take. */
    @Test
    void twoChangesAtOnceAreOneAfterTheOtherOrRefused() {
        node.status = status(List.of(2L, 3L));
        node.changeOutcomes.add(refused(ChangeRefusal.CHANGE_UNDER_WAY));
        node.changeOutcomes.add(refused(ChangeRefusal.CHANGED_MEANWHILE));
        node.changeOutcomes.add(changed());
        assertThat(heard(observer -> cluster(60_000, true).memberRemove(removing(3), unchecked(observer))))
                .isNull();
        assertThat(node.changes).hasSize(3);
        node.changeOutcomes.add(refused(ChangeRefusal.CHANGE_UNDER_WAY));
        assertRefused(EtcdError.CHANGE_UNDER_WAY, remove(3));
        node.changeOutcomes.add(refused(ChangeRefusal.CHANGED_MEANWHILE));
        assertRefused(EtcdError.CHANGE_UNDER_WAY, remove(3));
    }

    @Test
    void anAddressWhereNobodyAnswersIsToldInOurWords() {
        node.status = status(List.of(2L, 3L));
        node.changeOutcomes.add(
                new NotChanged(ChangeRefusal.ADDRESS_SILENT, "nobody answers at the peer address http://n4:1", null));
        Throwable heard = heard(observer -> cluster(0, true)
                .memberPromote(MemberPromoteRequest.newBuilder().setID(4).build(), unchecked(observer)));
        assertThat(heard).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(refused.getStatus().getDescription())
                    .isEqualTo("quorate: nobody answers at the peer address http://n4:1");
        });
    }

    @Test
    void aTransferThatDoesNotComeAboutInTimeTookTooLong() {
        node.role = RoleName.LEADER;
        for (TransferRefusal reason :
                List.of(TransferRefusal.NO_ANSWER, TransferRefusal.LAGS, TransferRefusal.NOT_TAKEN_OVER)) {
            node.transfers.add(new NotTransferred(reason, reason.sentence(), null));
            assertRefused(EtcdError.TIMEOUT_TRANSFER, this::moveLeader);
        }
        node.transfers.add(new TransferOutcome.Undecided(Unknown.Reason.TIMED_OUT));
        assertRefused(EtcdError.TIMEOUT_TRANSFER, this::moveLeader);
        node.transfers.add(new TransferOutcome.Transferred(2, 4));
        assertThat(heard(this::moveLeader)).isNull();
    }

    private void moveLeader(StreamObserver<?> observer) {
        maintenance.moveLeader(MoveLeaderRequest.newBuilder().setTargetID(2).build(), unchecked(observer));
    }

    private ClusterService cluster(long timeoutMillis, boolean strict) {
        return new ClusterService(
                node,
                headers,
                new Directory(node.store::view),
                new MembershipChanges(node, timer, timeoutMillis, strict));
    }

    private Consumer<StreamObserver<?>> add(boolean strict) {
        MemberAddRequest request =
                MemberAddRequest.newBuilder().addPeerURLs("http://127.0.0.1:4").build();
        return observer -> cluster(0, strict).memberAdd(request, unchecked(observer));
    }

    private Consumer<StreamObserver<?>> remove(long id) {
        return observer -> cluster(0, true).memberRemove(removing(id), unchecked(observer));
    }

    private static MemberRemoveRequest removing(long id) {
        return MemberRemoveRequest.newBuilder().setID(id).build();
    }

    @SuppressWarnings("unchecked")
    private static <A> StreamObserver<A> unchecked(StreamObserver<?> observer) {
        return (StreamObserver<A>) observer;
    }

    private void assertRefused(EtcdError error, Consumer<StreamObserver<?>> call) {
        assertThat(heard(call)).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(error.code());
            assertThat(refused.getStatus().getDescription()).isEqualTo(error.text());
        });
    }

    /** What the call ends with; null when it is answered. */
    @SuppressWarnings("NullAway")
    private static Throwable heard(Consumer<StreamObserver<?>> call) {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        call.accept(new StreamObserver<Object>() {
            @Override
            public void onNext(Object answer) {}

            @Override
            public void onError(Throwable failure) {
                end.complete(failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
            }

            @Override
            public void onCompleted() {
                end.complete(null);
            }
        });
        return end.join();
    }

    private static ChangeOutcome refused(ChangeRefusal reason) {
        return new NotChanged(reason, reason.sentence(), null);
    }

    private static ChangeOutcome changed() {
        return new ChangeOutcome.Changed(THREE);
    }

    static Member member(long id) {
        return new Member(id, 100 + id, "n" + id, List.of("http://127.0.0.1:" + id));
    }

    @Test
    void aMemberWhoseStateDiffersTellsNoHashOfIt() {
        node.status = status(List.of(2L, 3L), new StateHashStatus(16, 0, 32, 20, 21, null));
        assertRefused(
                EtcdError.STATE_DIFFERS,
                observer -> maintenance.hashKV(HashKVRequest.getDefaultInstance(), unchecked(observer)));
        assertRefused(
                EtcdError.STATE_DIFFERS,
                observer -> maintenance.hash(HashRequest.getDefaultInstance(), unchecked(observer)));
    }

    /** Of member 1 of three, which is connected with those. */
    static NodeStatus status(List<Long> connected) {
        return status(connected, StateHashStatus.NONE);
    }

    private static NodeStatus status(List<Long> connected, StateHashStatus stateHash) {
        List<PeerStatus> peers = List.of(2L, 3L).stream()
                .map(id -> new PeerStatus(id, "n" + id, connected.contains(id), 0, 0, "", 0, Versions.CURRENT, 1))
                .toList();
        return new NodeStatus(
                "n1",
                1,
                1,
                Versions.CURRENT,
                RoleName.LEADER,
                3,
                1,
                1,
                1,
                9,
                3,
                9,
                9,
                0,
                9,
                THREE,
                SnapshotStatus.NONE,
                stateHash,
                peers,
                List.of(),
                0,
                0,
                0,
                0,
                0,
                null,
                null);
    }
}
