package io.quorate.server.wire;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.protobuf.ProtoUtils;
import io.quorate.etcd.etcdserverpb.CompactionRequest;
import io.quorate.etcd.etcdserverpb.CompactionResponse;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.ResponseHeader;
import io.quorate.kv.CompactRequest;
import io.quorate.kv.CompactResponse;
import io.quorate.kv.DeleteRangeRequest;
import io.quorate.kv.DeleteRangeResponse;
import io.quorate.kv.PutRequest;
import io.quorate.kv.PutResponse;
import io.quorate.kv.RangeRequest;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.Result;
import io.quorate.kv.TxnRequest;
import io.quorate.kv.TxnResponse;
import java.io.InputStream;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** etcd's KV methods with marshallers that give and take the store's own types. */
public final class KvMethods {
    private final long clusterId;
    private final long memberId;
    private final HeaderCodec header;

    /** The ids go into every header. */
    public KvMethods(long clusterId, long memberId) {
        this.clusterId = clusterId;
        this.memberId = memberId;
        this.header = new HeaderCodec(clusterId, memberId);
    }

    public MethodDescriptor<RangeRequest, Answer<RangeResponse>> range() {
        return KVGrpc.getRangeMethod().toBuilder(RangeCodec.requests(), RangeCodec.responses(header))
                .build();
    }

    public MethodDescriptor<PutRequest, Answer<PutResponse>> put() {
        return KVGrpc.getPutMethod().toBuilder(PutCodec.requests(), PutCodec.responses(header))
                .build();
    }

    public MethodDescriptor<DeleteRangeRequest, Answer<DeleteRangeResponse>> delete() {
        var method = KVGrpc.getDeleteRangeMethod();
        return method.toBuilder(
                        request(io.quorate.etcd.etcdserverpb.DeleteRangeRequest.getDefaultInstance(), FromWire::delete),
                        response(
                                io.quorate.etcd.etcdserverpb.DeleteRangeResponse.getDefaultInstance(),
                                DeleteRangeResponse::revision,
                                ToWire::delete))
                .build();
    }

    public MethodDescriptor<TxnRequest, Answer<TxnResponse>> txn() {
        var method = KVGrpc.getTxnMethod();
        return method.toBuilder(
                        request(io.quorate.etcd.etcdserverpb.TxnRequest.getDefaultInstance(), FromWire::txn),
                        response(
                                io.quorate.etcd.etcdserverpb.TxnResponse.getDefaultInstance(),
                                TxnResponse::revision,
                                ToWire::txn))
                .build();
    }

    public MethodDescriptor<CompactRequest, Answer<CompactResponse>> compact() {
        var method = KVGrpc.getCompactMethod();
        return method.toBuilder(
                        request(CompactionRequest.getDefaultInstance(), FromWire::compact),
                        response(CompactionResponse.getDefaultInstance(), CompactResponse::revision, ToWire::compact))
                .build();
    }

    private static <W extends Message, Q> Marshaller<Q> request(W prototype, Function<W, Q> fromWire) {
        Marshaller<W> marshaller = ProtoUtils.marshaller(prototype);
        return new RequestMarshaller<>() {
            @Override
            public Q parse(InputStream bytes) {
                return fromWire.apply(marshaller.parse(bytes));
            }
        };
    }

    private <W extends Message, R extends Result> Marshaller<Answer<R>> response(
            W prototype, ToLongFunction<R> revision, BiFunction<ResponseHeader, R, W> toWire) {
        Marshaller<W> marshaller = ProtoUtils.marshaller(prototype);
        return new ResponseMarshaller<>() {
            @Override
            public InputStream stream(Answer<R> answer) {
                return marshaller.stream(
                        toWire.apply(header(revision.applyAsLong(answer.result()), answer.term()), answer.result()));
            }
        };
    }

    private ResponseHeader header(long revision, long term) {
        return ResponseHeader.newBuilder()
                .setClusterId(clusterId)
                .setMemberId(memberId)
                .setRevision(revision)
                .setRaftTerm(term)
                .build();
    }
}
