package io.quorate.kv;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A store, and short words for what tests do with it. Texts are bytes of one each: "\0" and "\u00ff" are the extremes. */
final class Kv {
    final KvStore store = new KvStore();

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Applies what decoding makes of the command's bytes, as every member does. */
    Result apply(Command command) {
        byte[] bytes = Commands.encode(command);
        return store.apply(bytes, 0, bytes.length, true);
    }

    PutResponse put(String key, String value) {
        return (PutResponse) apply(PutRequest.of(bytes(key), bytes(value)));
    }

    DeleteRangeResponse delete(String key, String end) {
        return (DeleteRangeResponse) apply(deleteOp(key, end));
    }

    Result compact(long revision) {
        return apply(new CompactRequest(revision, false));
    }

    TxnResponse txn(List<Compare> compare, List<RequestOp> success, List<RequestOp> failure) {
        return (TxnResponse) apply(new TxnRequest(compare, success, failure));
    }

    /** Applies operations that nothing is compared for. */
    Result then(RequestOp... ops) {
        return apply(new TxnRequest(List.of(), List.of(ops), List.of()));
    }

    RangeResponse get(String key) {
        return range(RangeRequest.of(bytes(key), bytes("")));
    }

    RangeResponse range(RangeRequest request) {
        return (RangeResponse) store.view().range(request);
    }

    Result read(RangeRequest request) {
        return store.view().range(request);
    }

    /** The one pair of a key, as "value create mod version lease", or "none". */
    String pair(String key) {
        List<KeyValue> kvs = get(key).kvs();
        return kvs.isEmpty() ? "none" : pair(kvs.get(0));
    }

    static String pair(KeyValue kv) {
        return string(kv.value()) + " " + kv.createRevision() + " " + kv.modRevision() + " " + kv.version() + " "
                + kv.lease();
    }

    static List<String> keys(List<KeyValue> kvs) {
        List<String> keys = new ArrayList<>();
        for (KeyValue kv : kvs) {
            keys.add(string(kv.key()));
        }
        return keys;
    }

    static RangeRequest from(String key, String end) {
        return RangeRequest.of(bytes(key), bytes(end));
    }

    static RangeRequest at(String key, long revision) {
        return RangeRequest.at(bytes(key), bytes(""), revision);
    }

    static RangeRequest limited(String key, String end, long limit) {
        return sorted(key, end, limit, RangeRequest.NONE, RangeRequest.KEY);
    }

    static RangeRequest sorted(String key, String end, long limit, int order, int target) {
        return new RangeRequest(bytes(key), bytes(end), limit, 0, order, target, false, false, false, 0, 0, 0, 0);
    }

    static RangeRequest counted(String key, String end, long limit, boolean keysOnly, boolean countOnly) {
        return new RangeRequest(bytes(key), bytes(end), limit, 0, 0, 0, false, keysOnly, countOnly, 0, 0, 0, 0);
    }

    static PutRequest putOp(String key, String value) {
        return PutRequest.of(bytes(key), bytes(value));
    }

    static PutRequest leased(String key, long lease) {
        return new PutRequest(bytes(key), bytes("x"), lease, false, false, false);
    }

    static PutRequest keeping(String key, String value, long lease, boolean ignoreValue, boolean ignoreLease) {
        return new PutRequest(bytes(key), bytes(value), lease, true, ignoreValue, ignoreLease);
    }

    static DeleteRangeRequest deleteOp(String key, String end) {
        return new DeleteRangeRequest(bytes(key), bytes(end), true);
    }

    static TxnRequest txnOp(List<RequestOp> success, List<RequestOp> failure) {
        return new TxnRequest(List.of(), success, failure);
    }
}
