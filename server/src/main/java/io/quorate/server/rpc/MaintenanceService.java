package io.quorate.server.rpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quorate.Backup;
import io.quorate.etcd.etcdserverpb.AlarmRequest;
import io.quorate.etcd.etcdserverpb.AlarmRequest.AlarmAction;
import io.quorate.etcd.etcdserverpb.AlarmResponse;
import io.quorate.etcd.etcdserverpb.DowngradeInfo;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.HashKVResponse;
import io.quorate.etcd.etcdserverpb.HashRequest;
import io.quorate.etcd.etcdserverpb.HashResponse;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.MoveLeaderRequest;
import io.quorate.etcd.etcdserverpb.MoveLeaderResponse;
import io.quorate.etcd.etcdserverpb.SnapshotRequest;
import io.quorate.etcd.etcdserverpb.SnapshotResponse;
import io.quorate.etcd.etcdserverpb.StatusRequest;
import io.quorate.etcd.etcdserverpb.StatusResponse;
import io.quorate.kv.HashKvResponse;
import io.quorate.kv.KvError;
import io.quorate.kv.Result;
import io.quorate.kv.View;
import io.quorate.node.NodeStatus;
import io.quorate.node.RaftNode;
import io.quorate.node.Refused;
import io.quorate.node.SavedState;
import io.quorate.node.Served;
import io.quorate.node.TransferOutcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What operators ask a member: its state, its alarms, its hashes, a snapshot, and to hand over the lead. The rest answers
 * UNIMPLEMENTED.
 */
final class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
    private static final long DEFAULT_QUOTA_BYTES = 2L << 30;

    private final RaftNode<?> node;
    private final Supplier<View> store;
    private final Headers headers;
    private final ServerVersion version;
    private final LargeReads large;
    private final long quotaBytes;

    MaintenanceService(
            RaftNode<?> node,
            Supplier<View> store,
            Headers headers,
            ServerVersion version,
            LargeReads large,
            long quotaBytes) {
        this.node = node;
        this.store = store;
        this.headers = headers;
        this.version = version;
        this.large = large;
        this.quotaBytes = quotaBytes == 0 ? DEFAULT_QUOTA_BYTES : quotaBytes;
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
        Outcomes.answer(node.status(), observer, this::status);
    }

    private StatusResponse status(NodeStatus status) {
        View view = store.get();
        StatusResponse.Builder wire = StatusResponse.newBuilder()
                .setHeader(headers.at(view.revision()))
                .setVersion(version.etcd())
                .setStorageVersion(version.storage())
                .setDbSize(view.sizeBytes())
                .setDbSizeInUse(view.sizeBytes())
                .setDbSizeQuota(quotaBytes)
                .setLeader(status.leader())
                .setRaftIndex(status.commitIndex())
                .setRaftTerm(status.term())
                .setRaftAppliedIndex(status.appliedIndex())
                .setIsLearner(!status.membership().isVoter(status.memberId()))
                .setDowngradeInfo(DowngradeInfo.getDefaultInstance());
        if (status.leader() == 0) {
            wire.addErrors(EtcdError.NO_LEADER.text());
        }
        if (status.sickness() != null) {
            wire.addErrors("quorate: this member is sick: " + status.sickness());
        }
        String problem = status.stateHash().problem();
        if (problem != null) {
            wire.addErrors("quorate: " + problem);
        }
        return wire.build();
    }

    /** Asked of the leader, as with etcd. */
    @Override
    public void moveLeader(MoveLeaderRequest request, StreamObserver<MoveLeaderResponse> observer) {
        if (!node.leadership().isLeader()) {
            observer.onError(EtcdError.NOT_LEADER.exception());
            return;
        }
        if (request.getTargetID() == 0) { // which means nobody here, and anybody to the node
            observer.onError(EtcdError.BAD_LEADER_TRANSFEREE.exception());
            return;
        }
        Outcomes.answer(node.transferLeadership(request.getTargetID()), observer, this::moved);
    }

    private MoveLeaderResponse moved(TransferOutcome outcome) {
        EtcdError error = null;
        if (outcome instanceof TransferOutcome.Undecided) {
            error = EtcdError.TIMEOUT_TRANSFER;
        } else if (outcome instanceof TransferOutcome.NotTransferred refused) {
            error = switch (refused.reason()) {
                case ALREADY_LEADS -> null;
                case NOT_LEADER -> EtcdError.NOT_LEADER;
                case UNKNOWN, NOT_A_VOTER -> EtcdError.BAD_LEADER_TRANSFEREE;
                case ANOTHER_UNDER_WAY -> EtcdError.LEADER_CHANGED;
                case NO_ANSWER, LAGS, NOT_TAKEN_OVER -> EtcdError.TIMEOUT_TRANSFER;
            };
        }
        if (error != null) {
            throw error.exception();
        }
        return MoveLeaderResponse.newBuilder().setHeader(headers.at(0)).build();
    }

    /** No alarm can be raised yet, so the list is empty. */
    @Override
    public void alarm(AlarmRequest request, StreamObserver<AlarmResponse> observer) {
        if (request.getAction() == AlarmAction.GET) {
            observer.onNext(AlarmResponse.newBuilder()
                    .setHeader(headers.at(store.get().revision()))
                    .build());
            observer.onCompleted();
        } else {
            observer.onError(Status.UNIMPLEMENTED
                    .withDescription("quorate: alarms cannot be raised or cleared yet")
                    .asRuntimeException());
        }
    }

    /** Our own format, in etcd's frames. It holds all that this member had applied; it needs no leader, as etcd's needs none. */
    @Override
    public void snapshot(SnapshotRequest request, StreamObserver<SnapshotResponse> observer) {
        ServerCallStreamObserver<SnapshotResponse> call = (ServerCallStreamObserver<SnapshotResponse>) observer;
        AtomicReference<@Nullable SnapshotStream> stream = new AtomicReference<>();
        call.setOnReadyHandler(() -> on(stream.get(), SnapshotStream::goOn));
        call.setOnCancelHandler(() -> on(stream.get(), SnapshotStream::end));
        var unused = node.save().whenComplete((outcome, failure) -> {
            if (failure != null) {
                observer.onError(SnapshotStream.failed(failure));
            } else if (outcome instanceof Served<SavedState> served) {
                SnapshotStream begun = new SnapshotStream(
                        new Backup(served.value(), large.threads()), headers, version.storage(), call);
                stream.set(begun);
                if (call.isCancelled()) {
                    begun.end(); // there was nothing to end yet when it went
                } else {
                    begun.goOn();
                }
            } else {
                observer.onError(Outcomes.refused(((Refused<SavedState>) outcome).reason())
                        .exception());
            }
        });
    }

    private static void on(@Nullable SnapshotStream stream, Consumer<SnapshotStream> what) {
        if (stream != null) {
            what.accept(stream);
        }
    }

    /** Over all that is replicated here: equal on members that have applied the same, and no number of etcd's. */
    @Override
    public void hash(HashRequest request, StreamObserver<HashResponse> observer) {
        CompletableFuture<HashResponse> answer = ofMajority().thenCompose(view -> large.submit(view::hash)
                .thenApply(hash -> HashResponse.newBuilder()
                        .setHeader(headers.at(view.revision()))
                        .setHash(hash)
                        .build()));
        Outcomes.answer(answer, observer, made -> made);
    }

    @Override
    public void hashKV(HashKVRequest request, StreamObserver<HashKVResponse> observer) {
        CompletableFuture<Result> hash =
                ofMajority().thenCompose(view -> large.submit(() -> view.hashKv(request.getRevision())));
        Outcomes.answer(hash, observer, this::hashKv);
    }

    /** What is stored, where it is not known to differ from what a majority has: a hash of that is as wrong as a read. */
    private CompletableFuture<View> ofMajority() {
        return node.status().thenApply(status -> {
            if (status.stateHash().differs()) {
                throw EtcdError.STATE_DIFFERS.exception();
            }
            return store.get();
        });
    }

    private HashKVResponse hashKv(Result result) {
        if (result instanceof KvError error) {
            throw EtcdError.of(error).exception();
        }
        HashKvResponse hash = (HashKvResponse) result;
        return HashKVResponse.newBuilder()
                .setHeader(headers.at(hash.revision()))
                .setHash(hash.hash())
                .setCompactRevision(hash.compactRevision())
                .setHashRevision(hash.hashRevision())
                .build();
    }
}
