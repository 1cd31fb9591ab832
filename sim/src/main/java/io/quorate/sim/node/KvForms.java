package io.quorate.sim.node;

import io.quorate.kv.Command;
import io.quorate.kv.Commands;
import io.quorate.kv.Compare;
import io.quorate.kv.DeleteRangeRequest;
import io.quorate.kv.DeleteRangeResponse;
import io.quorate.kv.KeyValue;
import io.quorate.kv.PutRequest;
import io.quorate.kv.PutResponse;
import io.quorate.kv.RangeRequest;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.RequestOp;
import io.quorate.kv.ResponseOp;
import io.quorate.kv.Result;
import io.quorate.kv.TxnRequest;
import io.quorate.kv.TxnResponse;
import io.quorate.sim.history.KvCondition;
import io.quorate.sim.history.KvPair;
import io.quorate.sim.history.KvRequest;
import io.quorate.sim.history.KvResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Requests and answers of histories in the store's own form, and back. A character stands for a byte, so both sides have the
 * same order.
 */
final class KvForms {
    private KvForms() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    // ---- requests

    static ByteBuffer command(KvRequest request) {
        if (operation(request) instanceof Command command) {
            return ByteBuffer.wrap(Commands.encode(command));
        }
        throw new IllegalArgumentException("a read is no command: " + request);
    }

    static RangeRequest range(KvRequest.Range range) {
        return RangeRequest.of(bytes(range.key()), bytes(range.end()));
    }

    private static RequestOp operation(KvRequest request) {
        if (request instanceof KvRequest.Put put) {
            return PutRequest.of(bytes(put.key()), bytes(put.value()));
        }
        if (request instanceof KvRequest.Delete delete) {
            return new DeleteRangeRequest(bytes(delete.key()), bytes(delete.end()), false);
        }
        if (request instanceof KvRequest.Range range) {
            return range(range);
        }
        KvRequest.Txn txn = (KvRequest.Txn) request;
        return new TxnRequest(
                txn.conditions().stream().map(KvForms::comparison).toList(),
                txn.success().stream().map(KvForms::operation).toList(),
                txn.failure().stream().map(KvForms::operation).toList());
    }

    private static Compare comparison(KvCondition condition) {
        byte[] key = bytes(condition.key());
        int relation =
                switch (condition.relation()) {
                    case EQUAL -> Compare.EQUAL;
                    case NOT_EQUAL -> Compare.NOT_EQUAL;
                    case LESS -> Compare.LESS;
                    case GREATER -> Compare.GREATER;
                };
        return switch (condition.target()) {
            case VALUE -> Compare.value(key, relation, bytes(condition.value()));
            case CREATE_REVISION -> Compare.number(key, Compare.CREATE, relation, condition.number());
            case MOD_REVISION -> Compare.number(key, Compare.MOD, relation, condition.number());
            case VERSION -> Compare.number(key, Compare.VERSION, relation, condition.number());
        };
    }

    // ---- answers

    static KvResponse response(Result result) {
        return new KvResponse(revision(result), content(result));
    }

    private static long revision(Result result) {
        if (result instanceof PutResponse put) {
            return put.revision();
        }
        if (result instanceof DeleteRangeResponse delete) {
            return delete.revision();
        }
        return result instanceof RangeResponse range ? range.revision() : ((TxnResponse) result).revision();
    }

    private static KvResponse.Result content(Result result) {
        if (result instanceof PutResponse) {
            return new KvResponse.Done();
        }
        if (result instanceof DeleteRangeResponse delete) {
            return new KvResponse.Deleted(delete.deleted());
        }
        if (result instanceof RangeResponse range) {
            return new KvResponse.Pairs(range.kvs().stream().map(KvForms::pair).toList());
        }
        TxnResponse txn = (TxnResponse) result;
        List<KvResponse.Result> results =
                txn.responses().stream().map(KvForms::content).toList();
        return new KvResponse.Branch(txn.succeeded(), results);
    }

    /** The store's own form of an answer, as {@link #response} reads it. */
    static ResponseOp result(KvResponse response) {
        return result(response.revision(), response.result());
    }

    private static ResponseOp result(long revision, KvResponse.Result content) {
        if (content instanceof KvResponse.Done) {
            return new PutResponse(revision, null);
        }
        if (content instanceof KvResponse.Deleted deleted) {
            return new DeleteRangeResponse(revision, deleted.count(), List.of());
        }
        if (content instanceof KvResponse.Pairs pairs) {
            List<KeyValue> found = pairs.pairs().stream()
                    .map(pair -> KeyValue.of(
                            bytes(pair.key()),
                            bytes(pair.value()),
                            pair.createRevision(),
                            pair.modRevision(),
                            pair.version(),
                            0))
                    .toList();
            return new RangeResponse(revision, found, false, found.size());
        }
        KvResponse.Branch branch = (KvResponse.Branch) content;
        return new TxnResponse(
                revision,
                branch.succeeded(),
                branch.results().stream().map(each -> result(revision, each)).toList());
    }

    static KvPair pair(KeyValue pair) {
        return new KvPair(
                text(pair.key()), text(pair.value()), pair.createRevision(), pair.modRevision(), pair.version());
    }
}
