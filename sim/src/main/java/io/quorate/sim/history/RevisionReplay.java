package io.quorate.sim.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * The part of {@link RevisionOrder} about content: replays the log, and after each revision asks what the operations
 * that named it should have been answered.
 */
final class RevisionReplay {
    private final History<KvRequest, KvResponse> history;
    private final List<KvCommit> log;
    private final RevisionOrder order;
    private final TreeMap<String, KvPair> state = new TreeMap<>();
    private long revision = KvState.EMPTY_REVISION;

    RevisionReplay(History<KvRequest, KvResponse> history, List<KvCommit> log, RevisionOrder order) {
        this.history = history;
        this.log = log;
        this.order = order;
    }

    void check() {
        List<Operation<KvRequest, KvResponse>> readers = readers();
        int next = 0;
        for (int i = -1; i < log.size(); i++) {
            if (i >= 0) {
                commit(log.get(i));
            }
            while (next < readers.size() && order.revisionOf(readers.get(next)) == revision) {
                checkReader(readers.get(next++));
            }
        }
    }

    /** What was answered and is not in the log, by revision. */
    private List<Operation<KvRequest, KvResponse>> readers() {
        List<Operation<KvRequest, KvResponse>> readers = new ArrayList<>();
        for (Operation<KvRequest, KvResponse> operation : history.operations()) {
            if (operation.hasReturned() && !order.isInLog(operation)) {
                readers.add(operation);
            }
        }
        readers.sort(Comparator.comparingLong(order::revisionOf));
        return readers;
    }

    private void commit(KvCommit commit) {
        if (commit.operation() != KvCommit.NOBODY) {
            checkWriter(history.operation(commit.operation()), commit);
        }
        KvEvaluation.apply(commit.changes(), state);
        revision = commit.revision();
    }

    private void checkWriter(Operation<KvRequest, KvResponse> operation, KvCommit commit) {
        KvEvaluation evaluation = new KvEvaluation(operation.input(), state, revision);
        if (evaluation.changes().isEmpty() || !evaluation.changes().equals(commit.changes())) {
            String detail = "it does " + evaluation.changes() + " and the log has " + commit;
            order.breach(RevisionRule.CHANGES_ARE_WHAT_WAS_ASKED, detail, List.of(operation));
        } else if (operation.hasReturned()) {
            checkAnswer(RevisionRule.ANSWER_MATCHES, operation, evaluation);
        }
    }

    private void checkReader(Operation<KvRequest, KvResponse> operation) {
        KvEvaluation evaluation = new KvEvaluation(operation.input(), state, revision);
        if (!evaluation.changes().isEmpty()) {
            String detail = "at revision " + revision + " it does " + evaluation.changes() + " and is not in the log";
            order.breach(RevisionRule.ANSWERED_WRITES_STAY, detail, List.of(operation));
        } else if (operation.input().isSerializable()) {
            checkAnswer(RevisionRule.SERIALIZABLE_ANSWER_MATCHES, operation, evaluation);
        } else {
            checkAnswer(RevisionRule.ANSWER_MATCHES, operation, evaluation);
        }
    }

    private void checkAnswer(RevisionRule rule, Operation<KvRequest, KvResponse> operation, KvEvaluation evaluation) {
        if (!evaluation.response().equals(operation.output())) {
            order.breach(rule, "it should have been " + evaluation.response(), List.of(operation));
        }
    }
}
