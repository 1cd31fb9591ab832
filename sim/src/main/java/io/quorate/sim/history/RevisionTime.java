package io.quorate.sim.history;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link RevisionOrder} about time: walks along calls and answers, and remembers the highest revision
 * answered so far, to anybody and to each client.
 */
final class RevisionTime {
    private final History<KvRequest, KvResponse> history;
    private final RevisionOrder order;
    private final Map<Long, Operation<KvRequest, KvResponse>> highestOfClient = new TreeMap<>();
    private @Nullable Operation<KvRequest, KvResponse> highest;

    RevisionTime(History<KvRequest, KvResponse> history, RevisionOrder order) {
        this.history = history;
        this.order = order;
    }

    void check() {
        List<Operation<KvRequest, KvResponse>> operations = history.operations();
        for (int event : History.events(operations)) {
            if (event >= 0) {
                called(operations.get(event));
            } else if (operations.get(~event).hasReturned()) {
                answered(operations.get(~event));
            }
        }
    }

    private void called(Operation<KvRequest, KvResponse> operation) {
        boolean happened = order.revisionOf(operation) != RevisionOrder.NOT_IN_LOG;
        if (!happened || operation.input().isSerializable()) {
            return;
        }
        Operation<KvRequest, KvResponse> own = highestOfClient.get(operation.client());
        if (own != null && !mayFollow(operation, own)) {
            breach(RevisionRule.SESSION_ORDER, operation, own);
        } else if (highest != null && !mayFollow(operation, highest)) {
            boolean wrote = order.isInLog(operation);
            breach(wrote ? RevisionRule.WRITES_FOLLOW : RevisionRule.READS_ARE_FRESH, operation, highest);
        }
    }

    /**
     * A change comes after all that was made before it was asked for; what changes nothing may share their revision.
     */
    private boolean mayFollow(Operation<KvRequest, KvResponse> operation, Operation<KvRequest, KvResponse> earlier) {
        long lowest = order.revisionOf(earlier) + (order.isInLog(operation) ? 1 : 0);
        return order.revisionOf(operation) >= lowest;
    }

    private void breach(
            RevisionRule rule, Operation<KvRequest, KvResponse> operation, Operation<KvRequest, KvResponse> earlier) {
        String detail = "the first of these, answered with revision " + order.revisionOf(earlier)
                + ", was over before the call of the second, which is at " + order.revisionOf(operation);
        order.breach(rule, detail, List.of(earlier, operation));
    }

    private void answered(Operation<KvRequest, KvResponse> operation) {
        highest = higher(highest, operation);
        highestOfClient.put(operation.client(), higher(highestOfClient.get(operation.client()), operation));
    }

    private Operation<KvRequest, KvResponse> higher(
            @Nullable Operation<KvRequest, KvResponse> one, Operation<KvRequest, KvResponse> two) {
        return one == null || order.revisionOf(one) < order.revisionOf(two) ? two : one;
    }
}
