package io.quorate.server.wire;

import io.quorate.kv.CompactRequest;
import io.quorate.kv.Compare;
import io.quorate.kv.DeleteRangeRequest;
import io.quorate.kv.PutRequest;
import io.quorate.kv.RangeRequest;
import io.quorate.kv.RequestOp;
import io.quorate.kv.TxnRequest;
import java.util.List;

/** Requests from the wire as the store knows them. Nothing is checked here: the store refuses what makes no sense. */
public final class FromWire {
    private FromWire() {}

    public static RangeRequest range(io.quorate.etcd.etcdserverpb.RangeRequest wire) {
        return new RangeRequest(
                wire.getKey().toByteArray(),
                wire.getRangeEnd().toByteArray(),
                wire.getLimit(),
                wire.getRevision(),
                wire.getSortOrderValue(),
                wire.getSortTargetValue(),
                wire.getSerializable(),
                wire.getKeysOnly(),
                wire.getCountOnly(),
                wire.getMinModRevision(),
                wire.getMaxModRevision(),
                wire.getMinCreateRevision(),
                wire.getMaxCreateRevision());
    }

    public static PutRequest put(io.quorate.etcd.etcdserverpb.PutRequest wire) {
        return new PutRequest(
                wire.getKey().toByteArray(),
                wire.getValue().toByteArray(),
                wire.getLease(),
                wire.getPrevKv(),
                wire.getIgnoreValue(),
                wire.getIgnoreLease());
    }

    public static DeleteRangeRequest delete(io.quorate.etcd.etcdserverpb.DeleteRangeRequest wire) {
        return new DeleteRangeRequest(
                wire.getKey().toByteArray(), wire.getRangeEnd().toByteArray(), wire.getPrevKv());
    }

    public static CompactRequest compact(io.quorate.etcd.etcdserverpb.CompactionRequest wire) {
        return new CompactRequest(wire.getRevision(), wire.getPhysical());
    }

    public static TxnRequest txn(io.quorate.etcd.etcdserverpb.TxnRequest wire) {
        return new TxnRequest(
                wire.getCompareList().stream().map(FromWire::compare).toList(),
                ops(wire.getSuccessList()),
                ops(wire.getFailureList()));
    }

    private static List<RequestOp> ops(List<io.quorate.etcd.etcdserverpb.RequestOp> wire) {
        return wire.stream().map(FromWire::op).toList();
    }

    private static RequestOp op(io.quorate.etcd.etcdserverpb.RequestOp wire) {
        return switch (wire.getRequestCase()) {
            case REQUEST_RANGE -> range(wire.getRequestRange());
            case REQUEST_PUT -> put(wire.getRequestPut());
            case REQUEST_DELETE_RANGE -> delete(wire.getRequestDeleteRange());
            case REQUEST_TXN -> txn(wire.getRequestTxn());
            case REQUEST_NOT_SET -> RequestOp.Unset.UNSET;
        };
    }

    private static Compare compare(io.quorate.etcd.etcdserverpb.Compare wire) {
        return new Compare(
                wire.getResultValue(),
                wire.getTargetValue(),
                wire.getKey().toByteArray(),
                wire.getRangeEnd().toByteArray(),
                operandTarget(wire),
                number(wire),
                wire.getValue().toByteArray());
    }

    private static int operandTarget(io.quorate.etcd.etcdserverpb.Compare wire) {
        return switch (wire.getTargetUnionCase()) {
            case VERSION -> Compare.VERSION;
            case CREATE_REVISION -> Compare.CREATE;
            case MOD_REVISION -> Compare.MOD;
            case VALUE -> Compare.VALUE;
            case LEASE -> Compare.LEASE;
            case TARGETUNION_NOT_SET -> Compare.NO_OPERAND;
        };
    }

    private static long number(io.quorate.etcd.etcdserverpb.Compare wire) {
        return switch (wire.getTargetUnionCase()) {
            case VERSION -> wire.getVersion();
            case CREATE_REVISION -> wire.getCreateRevision();
            case MOD_REVISION -> wire.getModRevision();
            case LEASE -> wire.getLease();
            case VALUE, TARGETUNION_NOT_SET -> 0;
        };
    }
}
