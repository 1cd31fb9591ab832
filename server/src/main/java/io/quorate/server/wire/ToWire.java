package io.quorate.server.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.quorate.etcd.etcdserverpb.CompactionResponse;
import io.quorate.etcd.etcdserverpb.DeleteRangeResponse;
import io.quorate.etcd.etcdserverpb.PutResponse;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.etcdserverpb.ResponseHeader;
import io.quorate.etcd.etcdserverpb.ResponseOp;
import io.quorate.etcd.etcdserverpb.TxnResponse;
import io.quorate.kv.CompactResponse;
import io.quorate.kv.KeyValue;

/**
 * Responses of the store as they are on the wire. Only the outermost header says who answered: inside a transaction a header
 * is the revision alone, and that of a transaction inside is empty but there, because clients follow it unchecked.
 */
public final class ToWire {
    static final byte[] EMPTY = {};
    private static final ResponseHeader NESTED_TXN = ResponseHeader.getDefaultInstance();

    private ToWire() {}

    public static RangeResponse range(ResponseHeader header, io.quorate.kv.RangeResponse result) {
        RangeResponse.Builder wire = RangeResponse.newBuilder()
                .setHeader(header)
                .setMore(result.more())
                .setCount(result.count());
        result.kvs().forEach(kv -> wire.addKvs(pair(kv)));
        return wire.build();
    }

    public static PutResponse put(ResponseHeader header, io.quorate.kv.PutResponse result) {
        PutResponse.Builder wire = PutResponse.newBuilder().setHeader(header);
        KeyValue before = result.prevKv();
        if (before != null) {
            wire.setPrevKv(pair(before));
        }
        return wire.build();
    }

    public static DeleteRangeResponse delete(ResponseHeader header, io.quorate.kv.DeleteRangeResponse result) {
        DeleteRangeResponse.Builder wire =
                DeleteRangeResponse.newBuilder().setHeader(header).setDeleted(result.deleted());
        result.prevKvs().forEach(kv -> wire.addPrevKvs(pair(kv)));
        return wire.build();
    }

    public static TxnResponse txn(ResponseHeader header, io.quorate.kv.TxnResponse result) {
        TxnResponse.Builder wire = TxnResponse.newBuilder().setHeader(header).setSucceeded(result.succeeded());
        result.responses().forEach(response -> wire.addResponses(op(response)));
        return wire.build();
    }

    public static CompactionResponse compact(ResponseHeader header, CompactResponse ignored) {
        return CompactionResponse.newBuilder().setHeader(header).build();
    }

    private static ResponseOp op(io.quorate.kv.ResponseOp response) {
        ResponseOp.Builder wire = ResponseOp.newBuilder();
        if (response instanceof io.quorate.kv.RangeResponse range) {
            wire.setResponseRange(range(revisionOnly(response), range));
        } else if (response instanceof io.quorate.kv.PutResponse put) {
            wire.setResponsePut(put(revisionOnly(response), put));
        } else if (response instanceof io.quorate.kv.DeleteRangeResponse delete) {
            wire.setResponseDeleteRange(delete(revisionOnly(response), delete));
        } else if (response instanceof io.quorate.kv.TxnResponse txn) {
            wire.setResponseTxn(txn(NESTED_TXN, txn));
        }
        return wire.build();
    }

    private static ResponseHeader revisionOnly(io.quorate.kv.ResponseOp response) {
        return ResponseHeader.newBuilder().setRevision(response.revision()).build();
    }

    static io.quorate.etcd.mvccpb.KeyValue pair(KeyValue kv) {
        return io.quorate.etcd.mvccpb.KeyValue.newBuilder()
                .setKey(bytes(kv.key()))
                .setCreateRevision(kv.createRevision())
                .setModRevision(kv.modRevision())
                .setVersion(kv.version())
                .setValue(bytes(kv.value()))
                .setLease(kv.lease())
                .build();
    }

    /** Without a copy: what the store hands out never changes. */
    private static ByteString bytes(byte[] immutable) {
        return UnsafeByteOperations.unsafeWrap(immutable);
    }
}
