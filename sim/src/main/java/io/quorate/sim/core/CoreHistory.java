package io.quorate.sim.core;

import io.quorate.sim.history.HistoryRecorder;
import io.quorate.sim.history.KvChange;
import io.quorate.sim.history.KvCommit;
import io.quorate.sim.history.KvCondition;
import io.quorate.sim.history.KvRequest;
import io.quorate.sim.history.KvResponse;
import io.quorate.sim.history.RevisionOrder;
import io.quorate.sim.history.RevisionRule;
import java.util.ArrayList;
import java.util.List;

/** What clients asked and were told, and what was committed: in the end one order must explain it all. */
final class CoreHistory {
    private static final int NOBODY_CALLED = Integer.MAX_VALUE;

    private final HistoryRecorder<KvRequest, KvResponse> recorder = new HistoryRecorder<>();

    /** Ids in the recorder, by number of the operation. */
    private final LongMap ids = new LongMap();

    private final List<KvCommit> commits = new ArrayList<>();
    private long appliedIndex;

    /** @param isFresh whether a read is promised to see all; else it may be as old as one from whatever member */
    void called(CoreClient client, Operation operation, boolean isFresh, long now) {
        ids.put(operation.number(), recorder.call(client.number, request(operation, isFresh), now));
    }

    void returned(Operation operation, KvResponse response, long now) {
        recorder.returned(id(operation), response, now);
    }

    void refused(Operation operation, long now) {
        recorder.refused(id(operation), now);
    }

    void unknown(Operation operation, long now) {
        recorder.unknown(id(operation), now);
    }

    /** A member applied an entry: the first one says what it changed. */
    void applied(Entry entry, List<KvChange> changes, long revision) {
        if (entry.index() > appliedIndex) {
            appliedIndex = entry.index();
            if (!changes.isEmpty()) {
                commits.add(new KvCommit(revision, id(entry.operation()), changes));
            }
        }
    }

    /** @throws Violation if no order explains what clients saw */
    void check() {
        List<RevisionOrder.Breach> breaches = RevisionOrder.check(recorder.history(), commits);
        if (!breaches.isEmpty()) {
            RevisionOrder.Breach first = breaches.get(0);
            throw ruleOf(first.rule()).broken(first.toString());
        }
    }

    private static Rule ruleOf(RevisionRule broken) {
        return switch (broken) {
            case REFUSED_NEVER_TOOK_EFFECT -> Rule.REFUSED_NEVER_HAPPENED;
            case ANSWERED_WRITES_STAY -> Rule.ACKNOWLEDGED_IS_COMMITTED;
            default -> Rule.LINEARIZABLE;
        };
    }

    private int id(int operation) {
        return (int) ids.get(operation, NOBODY_CALLED);
    }

    private int id(Operation operation) {
        return id(operation.number());
    }

    private static KvRequest request(Operation operation, boolean isFresh) {
        String key = Registers.key(operation.key());
        KvRequest put = new KvRequest.Put(key, Registers.value(operation.number()));
        return switch (operation.kind()) {
            case PUT -> put;
            case DELETE -> new KvRequest.Delete(key);
            case READ -> new KvRequest.Range(key, KvRequest.ONE_KEY, !isFresh);
            case STALE_READ -> new KvRequest.Range(key, KvRequest.ONE_KEY, true);
            case COMPARE_AND_SET ->
                new KvRequest.Txn(
                        List.of(
                                operation.expected() == 0
                                        ? KvCondition.isMissing(key)
                                        : KvCondition.valueIs(key, Registers.value(operation.expected()))),
                        List.of(put),
                        List.of(new KvRequest.Range(key)));
        };
    }
}
