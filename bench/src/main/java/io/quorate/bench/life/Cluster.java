package io.quorate.bench.life;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Channels;
import io.quorate.bench.cluster.Members;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.CompactionRequest;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.Member;
import io.quorate.etcd.etcdserverpb.MemberAddRequest;
import io.quorate.etcd.etcdserverpb.MemberListRequest;
import io.quorate.etcd.etcdserverpb.MemberRemoveRequest;
import io.quorate.etcd.etcdserverpb.MoveLeaderRequest;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.SnapshotRequest;
import io.quorate.etcd.etcdserverpb.SnapshotResponse;
import io.quorate.etcd.etcdserverpb.StatusResponse;
import io.quorate.etcd.quoratepb.ChangeMembershipRequest;
import io.quorate.etcd.quoratepb.MembershipEdit;
import io.quorate.etcd.quoratepb.NewMember;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.StateRequest;
import io.quorate.etcd.quoratepb.StateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an operator does with a cluster, as calls. Each blocks. */
final class Cluster implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 900;
    private static final long ANSWER_SECONDS = 10;
    private static final long BETWEEN_NANOS = 50_000_000;

    private final Members members;
    private final Channels channels = new Channels();

    Cluster(Members members) {
        this.members = members;
    }

    Channels channels() {
        return channels;
    }

    /** The member that leads. */
    int leader() {
        return members.at(channels.leader(members.endpoints()));
    }

    long idOf(int member) {
        @Nullable StatusResponse status = channels.status(members.endpoint(member));
        if (status == null) {
            throw new BenchException("the member at " + members.endpoint(member) + " does not answer");
        }
        return status.getHeader().getMemberId();
    }

    StateResponse state(int member) {
        return NodeGrpc.newBlockingStub(channels.of(members.endpoint(member)))
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .state(StateRequest.getDefaultInstance());
    }

    /** @return the revision of the write */
    long put(String key, String value) {
        return kv().put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(ByteString.copyFromUtf8(value))
                        .build())
                .getHeader()
                .getRevision();
    }

    private KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channels.of(members.endpoints().get(0)))
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Drops every version that is not the newest. */
    void compact() {
        kv().compact(CompactionRequest.newBuilder()
                .setRevision(put("bench-compaction", "x"))
                .setPhysical(true)
                .build());
    }

    /** Has each member save its store, all at the same time, and does not take what they would send of it. */
    void saveEverywhere() {
        List<CompletableFuture<Boolean>> saved = new ArrayList<>();
        for (String endpoint : members.endpoints()) {
            saved.add(save(endpoint));
        }
        for (CompletableFuture<Boolean> each : saved) {
            try {
                each.join();
            } catch (CompletionException failed) {
                throw failed.getCause() instanceof BenchException why ? why : failed;
            }
        }
    }

    private CompletableFuture<Boolean> save(String endpoint) {
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        ClientCall<SnapshotRequest, SnapshotResponse> call = channels.of(endpoint)
                .newCall(
                        MaintenanceGrpc.getSnapshotMethod(),
                        CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(SnapshotResponse first) {
                        begun.complete(true);
                        call.cancel("it is saved", null);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        begun.completeExceptionally(new BenchException("the member at " + endpoint + " saved nothing: "
                                + status.getCode() + ", " + status.getDescription()));
                    }
                },
                new Metadata());
        call.request(1);
        call.sendMessage(SnapshotRequest.getDefaultInstance());
        call.halfClose();
        return begun;
    }

    /** Tells the cluster of a learner. */
    long addLearner(int fresh) {
        return ClusterGrpc.newBlockingStub(channels.of(members.endpoint(leader())))
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .memberAdd(MemberAddRequest.newBuilder()
                        .addPeerURLs(members.peerUrl(fresh))
                        .setIsLearner(true)
                        .build())
                .getMember()
                .getID();
    }

    void remove(long id) {
        ClusterGrpc.newBlockingStub(channels.of(members.endpoint(leader())))
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .memberRemove(MemberRemoveRequest.newBuilder().setID(id).build());
    }

    void moveLeader(int from, long to) {
        MaintenanceGrpc.newBlockingStub(channels.of(members.endpoint(from)))
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .moveLeader(MoveLeaderRequest.newBuilder().setTargetID(to).build());
    }

    /**
     * As {@code quorate member replace}: a learner comes, is started, catches up, and is swapped in by one change. Each step is decided
     * by the members as they are, and asked for again while it is refused or not answered.
     */
    void replace(int leaving, int fresh) {
        long goes = idOf(leaving);
        boolean started = false;
        String said = "nobody answers";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            List<Member> all = list();
            long comes = all.stream()
                    .filter(member -> member.getPeerURLsList().contains(members.peerUrl(fresh)))
                    .mapToLong(Member::getID)
                    .findFirst()
                    .orElse(0);
            if (comes != 0 && all.stream().noneMatch(member -> member.getID() == goes)) {
                return;
            }
            if (comes != 0 && !started) {
                members.start(fresh);
                started = true;
            }
            if (!all.isEmpty()) {
                said = comes == 0 ? change(addition(fresh)) : change(promotion(comes), removal(goes));
            }
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
        throw new BenchException("a member was not replaced within " + PATIENCE_SECONDS + " s: " + said);
    }

    private MembershipEdit addition(int fresh) {
        return MembershipEdit.newBuilder()
                .setAdd(NewMember.newBuilder()
                        .setName(members.name(fresh))
                        .addPeerUrls(members.peerUrl(fresh))
                        .setLearner(true))
                .build();
    }

    private static MembershipEdit promotion(long id) {
        return MembershipEdit.newBuilder().setPromote(id).build();
    }

    private static MembershipEdit removal(long id) {
        return MembershipEdit.newBuilder().setRemove(id).build();
    }

    /** Empty where nobody answers. */
    private List<Member> list() {
        return answered(List.of(), channel -> ClusterGrpc.newBlockingStub(channel)
                .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
                .memberList(MemberListRequest.newBuilder().setLinearizable(true).build())
                .getMembersList());
    }

    /** @return why it is refused */
    private String change(MembershipEdit... edits) {
        return answered("nobody answers", channel -> NodeGrpc.newBlockingStub(channel)
                .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
                .changeMembership(ChangeMembershipRequest.newBuilder()
                        .addAllEdits(List.of(edits))
                        .build())
                .getText());
    }

    /** What the first member says that answers. */
    private <T> T answered(T silence, Function<ManagedChannel, T> question) {
        for (String endpoint : members.endpoints()) {
            try {
                return question.apply(channels.of(endpoint));
            } catch (StatusRuntimeException silent) {
                // Another may answer.
            }
        }
        return silence;
    }

    @Override
    public void close() {
        channels.close();
    }
}
