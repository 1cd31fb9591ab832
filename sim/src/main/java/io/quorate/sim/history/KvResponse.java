package io.quorate.sim.history;

import java.util.List;

/**
 * An answer.
 *
 * @param revision the store's when the request was done: for a request that changed something the revision of that
 *     change, which no other has; for any other the revision of the last change before it. An empty store is at
 *     {@link KvState#EMPTY_REVISION}.
 * @param result of the same kind as the request
 */
public record KvResponse(long revision, Result result) {
    /** The answer without its revision. */
    public sealed interface Result {}

    /** To a put. */
    public record Done() implements Result {}

    /**
     * To a delete.
     *
     * @param count how many pairs there were
     */
    public record Deleted(long count) implements Result {}

    /**
     * To a range.
     *
     * @param pairs in the order of their keys
     */
    public record Pairs(List<KvPair> pairs) implements Result {
        public Pairs {
            pairs = List.copyOf(pairs);
        }
    }

    /**
     * To a transaction.
     *
     * @param succeeded whether all conditions held
     * @param results one for each request of the list that was done
     */
    public record Branch(boolean succeeded, List<Result> results) implements Result {
        public Branch {
            results = List.copyOf(results);
        }
    }
}
