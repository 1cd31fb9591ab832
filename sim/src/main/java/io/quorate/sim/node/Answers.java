package io.quorate.sim.node;

import io.quorate.sim.core.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What clients were told, and the judgement of it. Everything that was applied has a revision, so no order has to be searched
 * for: an operation that began after another had ended sees at least the revision of that one, and a later one if it wrote.
 */
final class Answers {
    /** A finished operation; times are those of the world. */
    record Done(Operation operation, long began, long ended, Answer answer) {}

    private final KvLog log;
    private final List<Done> done = new ArrayList<>();
    private final List<Operation> refused = new ArrayList<>();

    Answers(KvLog log) {
        this.log = log;
    }

    void done(Operation operation, long began, long ended, Answer answer) {
        done.add(new Done(operation, began, ended, answer));
    }

    void refused(Operation operation) {
        refused.add(operation);
    }

    void check() {
        for (Done each : done) {
            if (isRead(each.operation)) {
                checkRead(each);
            } else {
                checkWrite(each);
            }
        }
        for (Operation each : refused) {
            NodeRule.REFUSED_NEVER_HAPPENED.require(
                    log.answerOf(each.number()) == null, () -> each + " was refused, and was applied");
        }
        checkOrder();
    }

    private static boolean isRead(Operation operation) {
        return operation.kind() == Operation.Kind.READ || operation.kind() == Operation.Kind.STALE_READ;
    }

    private void checkRead(Done each) {
        int held = log.valueAt(Requests.name(each.operation.key()), each.answer.revision());
        NodeRule.READ_IS_TRUE.require(
                held == each.answer.seen(), () -> each + " saw what was not there: operation " + held + " was");
    }

    private void checkWrite(Done each) {
        Answer expected = log.answerOf(each.operation.number());
        NodeRule.ACKNOWLEDGED_IS_APPLIED.require(
                each.answer.equals(expected), () -> each + " was answered, and its place in the log says " + expected);
    }

    private void checkOrder() {
        List<Done> byBegin = new ArrayList<>(done);
        byBegin.removeIf(each -> each.operation.kind() == Operation.Kind.STALE_READ);
        List<Done> byEnd = new ArrayList<>(byBegin);
        byBegin.sort(Comparator.comparingLong(Done::began));
        byEnd.sort(Comparator.comparingLong(Done::ended));
        int ended = 0;
        long known = 0;
        for (Done each : byBegin) {
            while (ended < byEnd.size() && byEnd.get(ended).ended < each.began) {
                known = Math.max(known, byEnd.get(ended++).answer.revision());
            }
            long seen = each.answer.changed() ? each.answer.revision() - 1 : each.answer.revision();
            long least = known;
            NodeRule.LINEARIZABLE.require(
                    seen >= least, () -> each + " began when revision " + least + " was known to a client");
        }
    }
}
