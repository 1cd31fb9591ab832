package io.quorate.sim.history;

import java.util.ArrayList;
import java.util.List;

/** What a run of the store left behind: both inputs of the revision checker. */
record KvRun(List<Operation<KvRequest, KvResponse>> operations, List<KvCommit> log) {
    KvRun {
        operations = List.copyOf(operations);
        log = List.copyOf(log);
    }

    History<KvRequest, KvResponse> history() {
        return new History<>(operations);
    }

    List<RevisionOrder.Breach> breaches() {
        return RevisionOrder.check(history(), log);
    }

    /** The store that the log describes. */
    PlainKv store() {
        PlainKv store = new PlainKv();
        store.log.addAll(log);
        return store.copy();
    }

    boolean isInLog(Operation<KvRequest, KvResponse> operation) {
        return log.stream().anyMatch(commit -> commit.operation() == operation.id());
    }

    KvRun withAnswer(Operation<KvRequest, KvResponse> operation, KvResponse answer) {
        return with(new Operation<>(
                operation.id(),
                operation.client(),
                operation.input(),
                Outcome.RETURNED,
                answer,
                operation.calledAt(),
                operation.endedAt(),
                operation.callPosition(),
                operation.endPosition()));
    }

    KvRun withRefusal(Operation<KvRequest, KvResponse> operation) {
        return with(new Operation<>(
                operation.id(),
                operation.client(),
                operation.input(),
                Outcome.REFUSED,
                null,
                operation.calledAt(),
                operation.endedAt(),
                operation.callPosition(),
                operation.endPosition()));
    }

    private KvRun with(Operation<KvRequest, KvResponse> changed) {
        List<Operation<KvRequest, KvResponse>> copy = new ArrayList<>(operations);
        copy.set(changed.id(), changed);
        return new KvRun(copy, log);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        operations.forEach(operation -> text.append('\n').append(operation));
        log.forEach(commit -> text.append('\n').append(commit));
        return text.toString();
    }
}
