package io.quorate.sim.history;

import org.jspecify.annotations.Nullable;

/**
 * The store for {@link Wgl}, to check samples a second time and without the log that {@link RevisionOrder} needs. A
 * serializable read is placed where its revision has been reached already, and answers from that one. Not to be
 * partitioned by key: revisions and transactions bind all keys together.
 */
public final class KvModel implements SequentialModel<KvState, KvRequest, KvResponse> {
    /** The store, empty at first. */
    public KvModel() {}

    @Override
    public KvState initial() {
        return KvState.EMPTY;
    }

    @Override
    public @Nullable KvState step(KvState state, KvRequest request, @Nullable KvResponse response) {
        KvState seen = state;
        if (response != null && request.isSerializable()) {
            seen = state.at(response.revision());
            if (seen == null) {
                return null;
            }
        }
        KvEvaluation evaluation = new KvEvaluation(request, seen.pairs(), seen.revision());
        if (response != null && !evaluation.response().equals(response)) {
            return null;
        }
        return evaluation.changes().isEmpty() ? state : state.after(evaluation.changes());
    }

    @Override
    public boolean isRead(KvRequest request) {
        return request instanceof KvRequest.Range;
    }
}
