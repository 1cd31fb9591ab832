package io.quorate.sim.node;

import io.quorate.kv.DeleteRangeResponse;
import io.quorate.kv.KeyValue;
import io.quorate.kv.PutResponse;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.Result;
import io.quorate.kv.TxnResponse;
import java.util.List;

/**
 * What an operation did, or saw.
 *
 * @param changed whether it made a revision
 * @param seen number of the operation whose value it read, or removed; 0 for none, also where it does not look
 * @param revision of the store, with it
 */
record Answer(boolean changed, int seen, long revision) implements Reply {
    @Override
    public long digest() {
        return revision;
    }

    static Answer of(Result result) {
        if (result instanceof PutResponse put) {
            return new Answer(true, 0, put.revision());
        }
        if (result instanceof RangeResponse range) {
            return new Answer(false, seen(range.kvs()), range.revision());
        }
        if (result instanceof TxnResponse txn) {
            return of(txn);
        }
        throw new IllegalStateException("no operation is answered with " + result);
    }

    private static Answer of(TxnResponse txn) {
        Result only = (Result) txn.responses().get(0);
        if (only instanceof DeleteRangeResponse deleted) {
            return new Answer(deleted.deleted() > 0, seen(deleted.prevKvs()), txn.revision());
        }
        int seen = only instanceof RangeResponse range ? seen(range.kvs()) : 0;
        return new Answer(only instanceof PutResponse, seen, txn.revision());
    }

    private static int seen(List<KeyValue> pairs) {
        return pairs.isEmpty() ? 0 : Requests.operation(pairs.get(0).value());
    }
}
