package io.quorate.sim.node;

import io.quorate.sim.core.Operation;
import io.quorate.sim.history.History;
import io.quorate.sim.history.HistoryRecorder;
import io.quorate.sim.history.KvCommit;
import io.quorate.sim.history.KvRequest;
import io.quorate.sim.history.KvResponse;
import io.quorate.sim.history.RevisionOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What clients asked and were told. It is judged against what was applied: every change has a revision, so no order has to be
 * searched for.
 */
final class ClientHistory {
    /** No history has as many operations: nobody asked for that. */
    private static final int UNASKED = Integer.MAX_VALUE;

    private static final int MOST_TOLD = 3;

    private final AppliedLog applied;
    private final HistoryRecorder<KvRequest, KvResponse> recorder = new HistoryRecorder<>();
    private final Map<Integer, Integer> ids = new TreeMap<>();
    private final List<Operation> unknownWrites = new ArrayList<>();

    ClientHistory(AppliedLog applied) {
        this.applied = applied;
    }

    /** @return the id with which its end is to be told */
    int called(Operation operation, int attempt, KvRequest request, long now) {
        int id = recorder.call(operation.client(), request, now);
        ids.put(Requests.sender(operation.number(), attempt), id);
        return id;
    }

    void returned(int id, KvResponse response, long now) {
        recorder.returned(id, response, now);
    }

    void refused(int id, long now) {
        recorder.refused(id, now);
    }

    /** A read that nobody heard of again is as good as none. */
    void unknown(int id, Operation operation, long now) {
        if (operation.isWrite()) {
            recorder.unknown(id, now);
            unknownWrites.add(operation);
        } else {
            recorder.refused(id, now);
        }
    }

    List<Operation> unknownWrites() {
        return unknownWrites;
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
        for (AppliedLog.Change change : applied.changes()) {
            int id = ids.getOrDefault(change.sender(), UNASKED);
            commits.add(new KvCommit(change.revision(), id, change.changes()));
        }
        return commits;
    }
}
