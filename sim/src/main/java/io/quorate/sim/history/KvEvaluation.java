package io.quorate.sim.history;

import io.quorate.sim.history.KvResponse.Branch;
import io.quorate.sim.history.KvResponse.Deleted;
import io.quorate.sim.history.KvResponse.Done;
import io.quorate.sim.history.KvResponse.Pairs;
import io.quorate.sim.history.KvResponse.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a request answers and changes in a given state, worked out without touching that state. */
final class KvEvaluation {
    private final NavigableMap<String, KvPair> before;
    private final long revisionBefore;
    private final List<KvChange> changes = new ArrayList<>();

    /** The last change of each key, for the requests of a transaction that come after it. */
    private final TreeMap<String, KvChange> changed = new TreeMap<>();

    private final KvResponse response;

    KvEvaluation(KvRequest request, NavigableMap<String, KvPair> before, long revisionBefore) {
        this.before = before;
        this.revisionBefore = revisionBefore;
        Result result = evaluate(request);
        response = new KvResponse(changes.isEmpty() ? revisionBefore : revisionBefore + 1, result);
    }

    KvResponse response() {
        return response;
    }

    /** Empty if the request, in this state, is only a read. */
    List<KvChange> changes() {
        return changes;
    }

    static void apply(List<KvChange> changes, SortedMap<String, KvPair> state) {
        for (KvChange change : changes) {
            KvPair pair = change.pair();
            if (pair == null) {
                state.remove(change.key());
            } else {
                state.put(change.key(), pair);
            }
        }
    }

    private Result evaluate(KvRequest request) {
        if (request instanceof KvRequest.Put put) {
            return put(put);
        }
        if (request instanceof KvRequest.Delete delete) {
            return delete(delete);
        }
        if (request instanceof KvRequest.Range range) {
            return new Pairs(pairs(range.key(), range.end()));
        }
        return transaction((KvRequest.Txn) request);
    }

    private Result put(KvRequest.Put put) {
        KvPair old = pair(put.key());
        long revision = revisionBefore + 1;
        change(KvChange.put(
                old == null
                        ? new KvPair(put.key(), put.value(), revision, revision, 1)
                        : new KvPair(put.key(), put.value(), old.createRevision(), revision, old.version() + 1)));
        return new Done();
    }

    private Result delete(KvRequest.Delete delete) {
        List<KvPair> found = pairs(delete.key(), delete.end());
        for (KvPair pair : found) {
            change(KvChange.deleted(pair.key()));
        }
        return new Deleted(found.size());
    }

    private Result transaction(KvRequest.Txn txn) {
        boolean succeeded = true;
        for (KvCondition condition : txn.conditions()) {
            succeeded &= condition.holds(pair(condition.key()));
        }
        List<Result> results = new ArrayList<>();
        for (KvRequest request : succeeded ? txn.success() : txn.failure()) {
            results.add(evaluate(request));
        }
        return new Branch(succeeded, results);
    }

    private void change(KvChange change) {
        changes.add(change);
        changed.put(change.key(), change);
    }

    private @Nullable KvPair pair(String key) {
        KvChange change = changed.get(key);
        return change == null ? before.get(key) : change.pair();
    }

    private List<KvPair> pairs(String key, String end) {
        if (end.equals(KvRequest.ONE_KEY)) {
            KvPair pair = pair(key);
            return pair == null ? List.of() : List.of(pair);
        }
        if (key.compareTo(end) >= 0) {
            return List.of();
        }
        TreeMap<String, KvPair> found = new TreeMap<>(before.subMap(key, end));
        apply(new ArrayList<>(changed.subMap(key, end).values()), found);
        return new ArrayList<>(found.values());
    }
}
