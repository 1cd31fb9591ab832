package io.quorate.server.rpc;

import io.quorate.etcd.etcdserverpb.ResponseHeader;
import io.quorate.node.RaftNode;

/**
 * Makes the headers of answers: who answered, in which term, and the store's revision where the request has to do with it.
 */
final class Headers {
    private final long clusterId;
    private final long memberId;
    private final RaftNode<?> node;

    Headers(long clusterId, long memberId, RaftNode<?> node) {
        this.clusterId = clusterId;
        this.memberId = memberId;
        this.node = node;
    }

    /** @param revision of the store; 0 where the request does not touch it */
    ResponseHeader at(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(clusterId)
                .setMemberId(memberId)
                .setRevision(revision)
                .setRaftTerm(term())
                .build();
    }

    long term() {
        return node.leadership().term();
    }

    long clusterId() {
        return clusterId;
    }

    long memberId() {
        return memberId;
    }
}
