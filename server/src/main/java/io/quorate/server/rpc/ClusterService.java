package io.quorate.server.rpc;

import io.grpc.stub.StreamObserver;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.MemberListRequest;
import io.quorate.etcd.etcdserverpb.MemberListResponse;
import io.quorate.node.Consistency;
import io.quorate.node.NodeStatus;
import io.quorate.node.RaftNode;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.raft.membership.Member;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Lists the members. Changes of the membership are not there yet: they answer UNIMPLEMENTED. */
final class ClusterService extends ClusterGrpc.ClusterImplBase {
    private final RaftNode<?> node;
    private final Headers headers;
    private final Directory directory;

    ClusterService(RaftNode<?> node, Headers headers, Directory directory) {
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

    private static boolean requireServed(ReadOutcome<Boolean> outcome) {
        if (outcome instanceof Refused<Boolean> refused) {
            throw Outcomes.refused(refused.reason()).exception();
        }
        return true;
    }

    private MemberListResponse answer(NodeStatus status) {
        MemberListResponse.Builder list = MemberListResponse.newBuilder().setHeader(headers.at(0));
        for (Member member : status.membership().members()) {
            boolean voter = status.membership().isVoter(member.id());
            list.addMembers(wire(member, directory.clientUrls(member.id()), voter));
        }
        return list.build();
    }

    /** A member without client URLs has not started; clients know that by its empty name. */
    private static io.quorate.etcd.etcdserverpb.Member wire(Member member, List<String> clientUrls, boolean voter) {
        return io.quorate.etcd.etcdserverpb.Member.newBuilder()
                .setID(member.id())
                .setName(clientUrls.isEmpty() ? "" : member.name())
                .addAllPeerURLs(member.peerUrls())
                .addAllClientURLs(clientUrls)
                .setIsLearner(!voter)
                .build();
    }
}
