package io.quorate.kv;

/**
 * A response that may also stand inside a {@link TxnResponse}, in the order of the operations of the branch that ran.
 */
public sealed interface ResponseOp extends Result permits RangeResponse, PutResponse, DeleteRangeResponse, TxnResponse {
    /**
     * The header's revision. Cluster, member and term are added by whoever sends the response, and only for the outermost
     * one: in a nested header etcd sets the revision alone, and in the header of a nested transaction nothing, so a nested
     * {@link TxnResponse} says 0 here.
     */
    long revision();
}
