package io.quorate.kv;

/** An operation of a transaction. A range may not stand alone in the log: outside of a transaction it is a read. */
public sealed interface RequestOp permits RangeRequest, PutRequest, DeleteRangeRequest, TxnRequest, RequestOp.Unset {

    /** An operation whose request is not set: refused with {@link KvError#KEY_NOT_FOUND}, as in etcd. */
    enum Unset implements RequestOp {
        UNSET
    }
}
