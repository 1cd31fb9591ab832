package io.quorate.cli.checklist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.quorate.etcd.etcdserverpb.CompactionRequest;
import io.quorate.etcd.etcdserverpb.CompactionResponse;
import io.quorate.etcd.etcdserverpb.Compare;
import io.quorate.etcd.etcdserverpb.Compare.CompareResult;
import io.quorate.etcd.etcdserverpb.Compare.CompareTarget;
import io.quorate.etcd.etcdserverpb.DeleteRangeRequest;
import io.quorate.etcd.etcdserverpb.DeleteRangeResponse;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.PutResponse;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.etcdserverpb.RequestOp;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import io.quorate.etcd.etcdserverpb.TxnResponse;
import io.quorate.etcd.mvccpb.KeyValue;
import io.quorate.server.rpc.EtcdError;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A client in few words: builds requests and sends them to one member, each with a deadline. */
final class Etcd {
    private static final long DEADLINE_SECONDS = 20;

    private final Channel channel;

    Etcd(Channel channel) {
        this.channel = channel;
    }

    KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    Channel channel() {
        return channel;
    }

    PutResponse put(String key, String value) {
        return send(putOf(key, value));
    }

    PutResponse send(PutRequest.Builder put) {
        return kv().put(put.build());
    }

    RangeResponse send(RangeRequest.Builder range) {
        return kv().range(range.build());
    }

    DeleteRangeResponse send(DeleteRangeRequest.Builder delete) {
        return kv().deleteRange(delete.build());
    }

    TxnResponse send(TxnRequest.Builder txn) {
        return kv().txn(txn.build());
    }

    CompactionResponse compact(long revision) {
        return kv().compact(CompactionRequest.newBuilder().setRevision(revision).build());
    }

    RangeResponse get(String key) {
        return send(rangeOf(key));
    }

    /** The revision of the store now. */
    long revision() {
        return get("no such key").getHeader().getRevision();
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static PutRequest.Builder putOf(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
    }

    static RangeRequest.Builder rangeOf(String key) {
        return RangeRequest.newBuilder().setKey(bytes(key));
    }

    static RangeRequest.Builder rangeOf(String key, String end) {
        return rangeOf(key).setRangeEnd(bytes(end));
    }

    /** Every key that begins with the prefix, whose last byte is below 0x7f. */
    static RangeRequest.Builder prefixOf(String prefix) {
        return rangeOf(prefix, prefixEnd(prefix));
    }

    static String prefixEnd(String prefix) {
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }

    static DeleteRangeRequest.Builder deleteOf(String key) {
        return DeleteRangeRequest.newBuilder().setKey(bytes(key));
    }

    static DeleteRangeRequest.Builder deletePrefix(String prefix) {
        return deleteOf(prefix).setRangeEnd(bytes(prefixEnd(prefix)));
    }

    static RequestOp op(PutRequest.Builder put) {
        return RequestOp.newBuilder().setRequestPut(put).build();
    }

    static RequestOp op(RangeRequest.Builder range) {
        return RequestOp.newBuilder().setRequestRange(range).build();
    }

    static RequestOp op(DeleteRangeRequest.Builder delete) {
        return RequestOp.newBuilder().setRequestDeleteRange(delete).build();
    }

    static RequestOp op(TxnRequest.Builder txn) {
        return RequestOp.newBuilder().setRequestTxn(txn).build();
    }

    static TxnRequest.Builder then(RequestOp... ops) {
        return TxnRequest.newBuilder().addAllSuccess(List.of(ops));
    }

    static Compare.Builder compare(String key, CompareTarget target, CompareResult result) {
        return Compare.newBuilder().setKey(bytes(key)).setTarget(target).setResult(result);
    }

    static Compare.Builder versionIs(String key, long version) {
        return compare(key, CompareTarget.VERSION, CompareResult.EQUAL).setVersion(version);
    }

    static List<String> keys(RangeResponse response) {
        return response.getKvsList().stream()
                .map(kv -> kv.getKey().toStringUtf8())
                .toList();
    }

    static List<String> values(RangeResponse response) {
        return response.getKvsList().stream()
                .map(kv -> kv.getValue().toStringUtf8())
                .toList();
    }

    static void assertPair(KeyValue kv, String key, String value, long create, long mod, long version) {
        assertThat(kv)
                .isEqualTo(KeyValue.newBuilder()
                        .setKey(bytes(key))
                        .setValue(bytes(value))
                        .setCreateRevision(create)
                        .setModRevision(mod)
                        .setVersion(version)
                        .build());
    }

    static void assertRefused(EtcdError error, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> assertThat(refusal.getStatus())
                        .satisfies(
                                status -> assertThat(status.getDescription()).isEqualTo(error.text()),
                                status -> assertThat(status.getCode()).isEqualTo(error.code())));
    }

    /** Refused, and nothing happened: not even a revision. */
    void assertRefusedWithoutTrace(EtcdError error, ThrowingCallable call) {
        long before = revision();
        assertRefused(error, call);
        assertThat(revision()).isEqualTo(before);
    }
}
