package io.quorate.sim.node;

import io.quorate.sim.core.Operation;
import io.quorate.sim.history.History;
import io.quorate.sim.history.HistoryRecorder;
import io.quorate.sim.history.KvChange;
import io.quorate.sim.history.KvCommit;
import io.quorate.sim.history.KvRequest;
import io.quorate.sim.history.KvResponse;
import io.quorate.sim.history.RevisionOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients asked and were told, each attempt for itself. It is judged against what the first member to apply a command did:
 * every change has a revision, so no order has to be searched for.
 */
final class ClientHistory {
    /** No history has as many operations: nobody asked for that. */
    private static final int UNASKED = Integer.MAX_VALUE;

    private static final int MOST_TOLD = 3;

    /** What the first member that applied a command changed with it. */
    private record Change(long revision, int sender, List<KvChange> changes) {}

    private final HistoryRecorder<KvRequest, KvResponse> recorder = new HistoryRecorder<>();
    private final List<Change> changes = new ArrayList<>();
    private final Map<Integer, Integer> idOfSender = new TreeMap<>();

    /** By operation: the id of its attempt that has not ended. */
    private final Map<Integer, Integer> open = new TreeMap<>();

    private long latest;

    void called(Operation operation, int attempt, KvRequest request, long now) {
        latest = now;
        int id = recorder.call(operation.client(), request, now);
        idOfSender.put(Requests.sender(operation.number(), attempt), id);
        open.put(operation.number(), id);
    }

    void returned(Operation operation, KvResponse response, long now) {
        latest = now;
        recorder.returned(end(operation), response, now);
    }

    void refused(Operation operation, long now) {
        latest = now;
        recorder.refused(end(operation), now);
    }

    /** A read that nobody heard of again is as good as none. */
    void unknown(Operation operation) {
        if (operation.isWrite()) {
            recorder.unknown(end(operation), latest);
        } else {
            recorder.refused(end(operation), latest);
        }
    }

    private int end(Operation operation) {
        Integer id = open.remove(operation.number());
        if (id == null) {
            throw new IllegalStateException("it ends without a begin: " + operation);
        }
        return id;
    }

    /** By rising index of the log. */
    void changed(long revision, int sender, List<KvChange> made) {
        changes.add(new Change(revision, sender, made));
    }

    History<KvRequest, KvResponse> history() {
        return recorder.history();
    }

    void check() {
        List<RevisionOrder.Breach> breaches = RevisionOrder.check(history(), commits());
        NodeRule.LINEARIZABLE.require(
                breaches.isEmpty(),
                () -> breaches.subList(0, Math.min(breaches.size(), MOST_TOLD)).toString());
    }

    private List<KvCommit> commits() {
        List<KvCommit> commits = new ArrayList<>();
        for (Change change : changes) {
            int id = idOfSender.getOrDefault(change.sender, UNASKED);
            commits.add(new KvCommit(change.revision, id, change.changes));
        }
        return commits;
    }
}
