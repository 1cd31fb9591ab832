package io.quorate.server.rpc;

import io.grpc.stub.StreamObserver;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.MemberAddRequest;
import io.quorate.etcd.etcdserverpb.MemberAddResponse;
import io.quorate.etcd.etcdserverpb.MemberListRequest;
import io.quorate.etcd.etcdserverpb.MemberListResponse;
import io.quorate.etcd.etcdserverpb.MemberPromoteRequest;
import io.quorate.etcd.etcdserverpb.MemberPromoteResponse;
import io.quorate.etcd.etcdserverpb.MemberRemoveRequest;
import io.quorate.etcd.etcdserverpb.MemberRemoveResponse;
import io.quorate.etcd.etcdserverpb.MemberUpdateRequest;
import io.quorate.etcd.etcdserverpb.MemberUpdateResponse;
import io.quorate.node.Consistency;
import io.quorate.node.MembershipChange;
import io.quorate.node.NodeStatus;
import io.quorate.node.RaftNode;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Who belongs to the cluster, and its changes. */
final class ClusterService extends ClusterGrpc.ClusterImplBase {
    private final RaftNode<?> node;
    private final Headers headers;
    private final Directory directory;
    private final MembershipChanges changes;

    ClusterService(RaftNode<?> node, Headers headers, Directory directory, MembershipChanges changes) {
        this.changes = changes;
        this.node = node;
        this.headers = headers;
        this.directory = directory;
    }

    @Override
    public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> observer) {
        Consistency consistency = request.getLinearizable() ? Consistency.LINEARIZABLE : Consistency.LOCAL;
        CompletableFuture<NodeStatus> status = node.read(consistency, () -> true)
                .thenApply(ClusterService::requireServed)
                .thenCompose(served -> node.status());
        Outcomes.answer(status, observer, this::answer);
    }

    @Override
    public void memberAdd(MemberAddRequest request, StreamObserver<MemberAddResponse> observer) {
        List<String> urls = request.getPeerURLsList();
        if (!PeerUrls.areValid(urls)) {
            observer.onError(EtcdError.MEMBER_BAD_URLS.exception());
            return;
        }
        MembershipChange change = MembershipChange.of(new MembershipChange.Add(
                0, "", urls, request.getIsLearner() ? MembershipChange.As.LEARNER : MembershipChange.As.VOTER));
        Outcomes.answer(
                changes.change(change, check -> check.refusalOfAdding(request.getIsLearner())), observer, after -> {
                    MemberAddResponse.Builder response = MemberAddResponse.newBuilder()
                            .setHeader(headers.at(0))
                            .addAllMembers(list(after));
                    after.members().stream()
                            .filter(member -> member.peerUrls().equals(urls))
                            .forEach(member -> response.setMember(wire(member, after)));
                    return response.build();
                });
    }

    @Override
    public void memberRemove(MemberRemoveRequest request, StreamObserver<MemberRemoveResponse> observer) {
        long id = request.getID();
        Outcomes.answer(
                changes.change(MembershipChange.remove(id), check -> check.refusalOfRemoving(id)),
                observer,
                after -> MemberRemoveResponse.newBuilder()
                        .setHeader(headers.at(0))
                        .addAllMembers(list(after))
                        .build());
    }

    @Override
    public void memberUpdate(MemberUpdateRequest request, StreamObserver<MemberUpdateResponse> observer) {
        if (!PeerUrls.areValid(request.getPeerURLsList())) {
            observer.onError(EtcdError.MEMBER_BAD_URLS.exception());
            return;
        }
        MembershipChange change =
                MembershipChange.of(new MembershipChange.MoveTo(request.getID(), request.getPeerURLsList()));
        Outcomes.answer(changes.change(change, check -> null), observer, after -> MemberUpdateResponse.newBuilder()
                .setHeader(headers.at(0))
                .addAllMembers(list(after))
                .build());
    }

    @Override
    public void memberPromote(MemberPromoteRequest request, StreamObserver<MemberPromoteResponse> observer) {
        Outcomes.answer(
                changes.change(MembershipChange.promote(request.getID()), StartedVoters::refusalOfPromoting),
                observer,
                after -> MemberPromoteResponse.newBuilder()
                        .setHeader(headers.at(0))
                        .addAllMembers(list(after))
                        .build());
    }

    private static boolean requireServed(ReadOutcome<Boolean> outcome) {
        if (outcome instanceof Refused<Boolean> refused) {
            throw Outcomes.refused(refused.reason()).exception();
        }
        return true;
    }

    private MemberListResponse answer(NodeStatus status) {
        return MemberListResponse.newBuilder()
                .setHeader(headers.at(0))
                .addAllMembers(list(status.membership()))
                .build();
    }

    private List<io.quorate.etcd.etcdserverpb.Member> list(Membership membership) {
        return membership.members().stream()
                .map(member -> wire(member, membership))
                .toList();
    }

    /** A member without client URLs has not started; clients know that by its empty name. */
    private io.quorate.etcd.etcdserverpb.Member wire(Member member, Membership membership) {
        return io.quorate.etcd.etcdserverpb.Member.newBuilder()
                .setID(member.id())
                .setName(directory.name(member))
                .addAllPeerURLs(member.peerUrls())
                .addAllClientURLs(directory.clientUrls(member.id()))
                .setIsLearner(!membership.isVoter(member.id()))
                .build();
    }
}
