package io.quorate.sim.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Is the history of a key-value store with revisions linearizable? No search is needed, since the store itself names
 * the order: every change has its revision, and every other answer says after which change it was made. It remains to
 * be checked that this order keeps to time and explains every answer. In O(n log n); exact: it passes if and only if
 * there is an order of all operations that ends in the given log.
 *
 * <p>The log says which operations of unknown outcome took effect. It must be complete: a ghost log of a simulator, or
 * what a watch from the first revision on told. Serializable reads may be old, but are the state at their revision; and
 * what one of them has seen was there, so that whatever is called afterwards comes no earlier.
 */
public final class RevisionOrder {
    /** After that many breaches no further ones are told: one lost write can spoil all answers after it. */
    public static final int MAX_BREACHES = 20;

    /** Of an operation that is not in the log. */
    static final long NOT_IN_LOG = 0;

    private final History<KvRequest, KvResponse> history;
    private final List<KvCommit> log;

    /** By operation: the revision at which it is in the log, or NOT_IN_LOG. */
    private final long[] logRevision;

    private final List<Breach> breaches = new ArrayList<>();

    /** A rule that does not hold, and where. */
    public record Breach(RevisionRule rule, List<Operation<KvRequest, KvResponse>> operations, String detail) {
        public Breach {
            operations = List.copyOf(operations);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder().append(rule).append(": ").append(rule.sentence());
            text.append("\n  but ").append(detail);
            for (Operation<KvRequest, KvResponse> operation : operations) {
                text.append("\n  ").append(operation);
            }
            return text.toString();
        }
    }

    private RevisionOrder(History<KvRequest, KvResponse> history, List<KvCommit> log) {
        this.history = history;
        this.log = log;
        logRevision = new long[history.size()];
        Arrays.fill(logRevision, NOT_IN_LOG);
    }

    /**
     * Checks a history.
     *
     * @param log all changes in the order of their revisions, the first at {@link KvState#EMPTY_REVISION} + 1
     * @return the rules that do not hold, at most {@link #MAX_BREACHES} times; empty if the history is linearizable
     */
    public static List<Breach> check(History<KvRequest, KvResponse> history, List<KvCommit> log) {
        RevisionOrder order = new RevisionOrder(history, List.copyOf(log));
        order.check();
        return List.copyOf(order.breaches);
    }

    /** Each part relies on those before it, and would only repeat their breaches in other words. */
    private void check() {
        checkLog();
        if (breaches.isEmpty()) {
            checkRevisions();
        }
        if (breaches.isEmpty()) {
            new RevisionTime(history, this).check();
            new RevisionReplay(history, log, this).check();
        }
    }

    private void checkLog() {
        long revision = KvState.EMPTY_REVISION;
        for (KvCommit commit : log) {
            revision++;
            if (commit.revision() != revision) {
                breach(
                        RevisionRule.REVISIONS_RISE_BY_ONE,
                        "at the place of revision " + revision + " is " + commit,
                        List.of());
                return;
            }
            if (commit.operation() != KvCommit.NOBODY) {
                checkOrigin(commit);
            }
        }
    }

    private void checkOrigin(KvCommit commit) {
        int id = commit.operation();
        if (id < 0 || id >= history.size()) {
            breach(RevisionRule.CHANGES_WERE_ASKED_FOR, "nobody called what made " + commit, List.of());
        } else if (history.operation(id).outcome() == Outcome.REFUSED) {
            breach(RevisionRule.REFUSED_NEVER_TOOK_EFFECT, "it made " + commit, List.of(history.operation(id)));
        } else if (logRevision[id] != NOT_IN_LOG) {
            String twice = "it is at revision " + logRevision[id] + " and at " + commit.revision();
            breach(RevisionRule.TAKES_EFFECT_ONCE, twice, List.of(history.operation(id)));
        } else {
            logRevision[id] = commit.revision();
        }
    }

    private void checkRevisions() {
        for (Operation<KvRequest, KvResponse> operation : history.operations()) {
            KvResponse response = operation.output();
            if (response != null) {
                checkRevision(operation, response.revision());
            }
        }
    }

    private void checkRevision(Operation<KvRequest, KvResponse> operation, long named) {
        long last = KvState.EMPTY_REVISION + log.size();
        long inLog = logRevision[operation.id()];
        if (inLog != NOT_IN_LOG && inLog != named) {
            breach(RevisionRule.ANSWER_NAMES_ITS_REVISION, "in the log it is at " + inLog, List.of(operation));
        } else if (inLog == NOT_IN_LOG && operation.input() instanceof KvRequest.Put) {
            breach(RevisionRule.ANSWERED_WRITES_STAY, "it is not there", List.of(operation));
        } else if (named < KvState.EMPTY_REVISION || named > last) {
            breach(RevisionRule.REVISION_WAS_REACHED, "the last one is " + last, List.of(operation));
        }
    }

    boolean isInLog(Operation<KvRequest, KvResponse> operation) {
        return logRevision[operation.id()] != NOT_IN_LOG;
    }

    /** The place in the order of what returned or is in the log; NOT_IN_LOG for what did not happen or was not seen. */
    long revisionOf(Operation<KvRequest, KvResponse> operation) {
        KvResponse response = operation.output();
        return response == null ? logRevision[operation.id()] : response.revision();
    }

    void breach(RevisionRule rule, String detail, List<Operation<KvRequest, KvResponse>> operations) {
        if (breaches.size() < MAX_BREACHES) {
            breaches.add(new Breach(rule, operations, detail));
        }
    }
}
