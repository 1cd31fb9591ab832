package io.quorate.cli.differential;

import com.google.protobuf.Message;
import io.grpc.Status.Code;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.HashKVResponse;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RequestOp;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import io.quorate.server.rpc.EtcdError;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where etcd 3.4 and 3.6 answer differently, one by one. Each says, for a request and what etcd 3.4 answered, what etcd 3.6
 * answers: that is then compared like anything else. A rule that is not about this request gives the answer back as it is.
 */
public enum KnownDifference {
    /** Only reads ask for it, so that a transaction that 3.4 would carry out leaves no trace. */
    UNKNOWN_SORT("3.6 refuses a sort order or target that it does not know; 3.4 ignores an unknown order") {
        @Override
        Answer in36(Message request, Answer in34, Answer ours) {
            boolean isRefused = request instanceof RangeRequest range
                    ? !range.getKey().isEmpty() && isUnknown(range)
                    : request instanceof TxnRequest txn && beginsWithUnknown(txn);
            return isRefused ? Answer.of(EtcdError.INVALID_SORT_OPTION) : in34;
        }
    },

    /** Both refuse, so neither leaves a trace; which of two faults they name depends on what was checked first. */
    ORDER_OF_CHECKS("3.6 checks a transaction's operations in their order; 3.4 all puts, then all ranges") {
        @Override
        Answer in36(Message request, Answer in34, Answer ours) {
            boolean namesPut = in34.equals(Answer.of(EtcdError.KEY_NOT_FOUND))
                    || in34.equals(Answer.of(EtcdError.LEASE_NOT_FOUND));
            boolean weNameRange =
                    ours.equals(Answer.of(EtcdError.COMPACTED)) || ours.equals(Answer.of(EtcdError.FUTURE_REVISION));
            boolean isInOrder = request instanceof TxnRequest txn
                    && (hasRangeBeforePut(txn.getSuccessList()) || hasRangeBeforePut(txn.getFailureList()));
            return namesPut && weNameRange && isInOrder ? ours : in34;
        }
    },

    HASH_REVISION("3.6 says which revision it hashed; the field is new") {
        @Override
        Answer in36(Message request, Answer in34, Answer ours) {
            if (!(request instanceof HashKVRequest asked && in34.message() instanceof HashKVResponse hash)) {
                return in34;
            }
            long hashed = asked.getRevision() == 0 ? in34.revision() : asked.getRevision();
            return new Answer(hash.toBuilder().setHashRevision(hashed).build(), in34.code(), "");
        }
    },

    /** The number itself is then known from our members alone, which must agree on it. */
    HASH_AT_COMPACTION("3.6 hashes at the compacted revision too; 3.4 calls it compacted") {
        @Override
        Answer in36(Message request, Answer in34, Answer ours) {
            boolean isThere = request instanceof HashKVRequest asked
                    && asked.getRevision() > 0
                    && in34.equals(Answer.of(EtcdError.COMPACTED))
                    && ours.message() instanceof HashKVResponse hash
                    && hash.getCompactRevision() == asked.getRevision()
                    && hash.getHashRevision() == asked.getRevision();
            return isThere ? ours : in34;
        }
    },

    MESSAGE_TOO_LARGE("above 2 MiB the gRPC library refuses: Go's and Java's in words of their own") {
        @Override
        Answer in36(Message request, Answer in34, Answer ours) {
            boolean isTooLarge = request.getSerializedSize() > RandomRequests.MAX_MESSAGE_BYTES
                    && in34.code() == Code.RESOURCE_EXHAUSTED
                    && in34.text()
                            .equals("grpc: received message larger than max (" + request.getSerializedSize() + " vs. "
                                    + RandomRequests.MAX_MESSAGE_BYTES + ")");
            return isTooLarge
                    ? new Answer(
                            null,
                            Code.RESOURCE_EXHAUSTED,
                            "gRPC message exceeds maximum size " + RandomRequests.MAX_MESSAGE_BYTES + ": "
                                    + request.getSerializedSize())
                    : in34;
        }
    };

    private final String reason;

    KnownDifference(String reason) {
        this.reason = reason;
    }

    /** What both versions do. */
    public String reason() {
        return reason;
    }

    /**
     * @param ours only for what cannot be known from 3.4's answer
     * @return {@code in34} itself where the versions do not differ
     */
    abstract Answer in36(Message request, Answer in34, Answer ours);

    private static boolean isUnknown(RangeRequest range) {
        return range.getSortOrder() == RangeRequest.SortOrder.UNRECOGNIZED
                || range.getSortTarget() == RangeRequest.SortTarget.UNRECOGNIZED;
    }

    /** Whether an unknown sort is the first fault in the order in which a transaction is checked. */
    private static boolean beginsWithUnknown(TxnRequest txn) {
        boolean comparesKeys = txn.getCompareList().stream()
                .noneMatch(compare -> compare.getKey().isEmpty());
        return comparesKeys
                && Stream.of(txn.getSuccessList(), txn.getFailureList())
                        .flatMap(List::stream)
                        .filter(op -> !op.hasRequestRange()
                                || op.getRequestRange().getKey().isEmpty()
                                || isUnknown(op.getRequestRange()))
                        .findFirst()
                        .filter(op -> !op.getRequestRange().getKey().isEmpty())
                        .isPresent();
    }

    /** A range at a revision and, somewhere behind it, a put that may be refused. */
    private static boolean hasRangeBeforePut(List<RequestOp> ops) {
        List<RequestOp> flat = ops.stream().flatMap(KnownDifference::flat).toList();
        return flat.stream()
                .dropWhile(op -> op.getRequestRange().getRevision() == 0)
                .map(RequestOp::getRequestPut)
                .anyMatch(put -> put.getIgnoreValue() || put.getIgnoreLease() || put.getLease() != 0);
    }

    private static Stream<RequestOp> flat(RequestOp op) {
        TxnRequest txn = op.getRequestTxn();
        return op.hasRequestTxn()
                ? Stream.of(txn.getSuccessList(), txn.getFailureList())
                        .flatMap(List::stream)
                        .flatMap(KnownDifference::flat)
                : Stream.of(op);
    }
}
