package io.quorate.server.rpc;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.kv.CompactRequest;
import io.quorate.kv.CompactResponse;
import io.quorate.kv.DeleteRangeRequest;
import io.quorate.kv.DeleteRangeResponse;
import io.quorate.kv.KvError;
import io.quorate.kv.PutRequest;
import io.quorate.kv.PutResponse;
import io.quorate.kv.RangeRequest;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.RequestOp;
import io.quorate.kv.TxnRequest;
import io.quorate.kv.TxnResponse;
import io.quorate.kv.Validation;
import io.quorate.kv.View;
import io.quorate.server.wire.Answer;
import io.quorate.server.wire.KvMethods;
import java.util.List;

/** etcd's KV service: what is refused without asking the store, what is read, and what is written. */
final class KvService implements BindableService {
    /** Ranges of up to so many keys are read on the loop: some tens of microseconds. */
    private static final long SMALL_RANGE_KEYS = 64;

    private final KvMethods methods;
    private final Reads reads;
    private final Writes writes;
    private final int maxTxnOps;

    KvService(KvMethods methods, Reads reads, Writes writes, int maxTxnOps) {
        this.methods = methods;
        this.reads = reads;
        this.writes = writes;
        this.maxTxnOps = maxTxnOps;
    }

    @Override
    public ServerServiceDefinition bindService() {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(KVGrpc.SERVICE_NAME);
        add(service, methods.range(), this::range);
        add(service, methods.put(), this::put);
        add(service, methods.delete(), this::delete);
        add(service, methods.txn(), this::txn);
        add(service, methods.compact(), this::compact);
        return service.build();
    }

    private static <Q, A> void add(
            ServerServiceDefinition.Builder service, MethodDescriptor<Q, A> method, UnaryCall.Handler<Q, A> handler) {
        service.addMethod(method, UnaryCall.handler(handler));
    }

    private void range(RangeRequest request, UnaryCall<Answer<RangeResponse>> call) {
        KvError error = Validation.check(request);
        if (error != null) {
            call.refuse(EtcdError.of(error));
            return;
        }
        reads.read(
                request.serializable(),
                view -> isLarge(view, request),
                view -> view.range(request),
                RangeResponse.class,
                call);
    }

    private void put(PutRequest request, UnaryCall<Answer<PutResponse>> call) {
        KvError error = Validation.check(request);
        if (error != null) {
            call.refuse(EtcdError.of(error));
        } else {
            writes.write(request, PutResponse.class, call);
        }
    }

    private void delete(DeleteRangeRequest request, UnaryCall<Answer<DeleteRangeResponse>> call) {
        KvError error = Validation.check(request);
        if (error != null) {
            call.refuse(EtcdError.of(error));
        } else {
            writes.write(request, DeleteRangeResponse.class, call);
        }
    }

    private void txn(TxnRequest request, UnaryCall<Answer<TxnResponse>> call) {
        KvError error = Validation.check(request, maxTxnOps);
        if (error != null) {
            call.refuse(EtcdError.of(error));
        } else if (request.isReadOnly()) {
            reads.read(
                    request.isSerializable(),
                    view -> isLarge(view, request),
                    view -> view.txn(request),
                    TxnResponse.class,
                    call);
        } else {
            writes.write(request, TxnResponse.class, call);
        }
    }

    private void compact(CompactRequest request, UnaryCall<Answer<CompactResponse>> call) {
        writes.write(request, CompactResponse.class, call);
    }

    /** Counting is cheap at the newest revision; at an old one the newest count is as good a guess as any. */
    private static boolean isLarge(View view, RangeRequest range) {
        if (range.rangeEnd().length == 0 || (range.countOnly() && range.revision() <= 0)) {
            return false;
        }
        return holdsMany(view, range.key(), range.rangeEnd());
    }

    private static boolean holdsMany(View view, byte[] key, byte[] rangeEnd) {
        RangeRequest counting = new RangeRequest(
                key, rangeEnd, 0, 0, RangeRequest.NONE, RangeRequest.KEY, true, false, true, 0, 0, 0, 0);
        return view.range(counting) instanceof RangeResponse counted && counted.count() > SMALL_RANGE_KEYS;
    }

    private static boolean isLarge(View view, TxnRequest txn) {
        return anyIsLarge(view, txn.success())
                || anyIsLarge(view, txn.failure())
                || txn.compare().stream()
                        .anyMatch(compare ->
                                compare.rangeEnd().length != 0 && holdsMany(view, compare.key(), compare.rangeEnd()));
    }

    private static boolean anyIsLarge(View view, List<RequestOp> ops) {
        for (RequestOp op : ops) {
            if (op instanceof RangeRequest range && isLarge(view, range)) {
                return true;
            }
        }
        return false;
    }
}
