package io.quorate.sim.history;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The model of the store that allows only the changes of a log, each at its revision: gives the search the same
 * question.
 */
final class LoggedKv implements SequentialModel<KvState, LoggedKv.Asked, LoggedKv.Answered> {
    private static final KvModel MODEL = new KvModel();

    private final List<KvCommit> log;

    record Asked(int id, KvRequest request, boolean isLogged) {}

    /** What the client heard: nothing, if it is only known from the log that the operation was done. */
    record Answered(@Nullable KvResponse response) {}

    private LoggedKv(List<KvCommit> log) {
        this.log = log;
    }

    /** Whether the search finds an order that ends in the run's log. */
    static boolean isExplained(KvRun run) {
        return hasOrigins(run)
                && Wgl.check(new History<>(operations(run)), new LoggedKv(run.log()))
                        .passed();
    }

    private static boolean hasOrigins(KvRun run) {
        Set<Integer> origins = new LinkedHashSet<>();
        for (KvCommit commit : run.log()) {
            int id = commit.operation();
            if (id >= run.operations().size()
                    || run.operations().get(id).outcome() == Outcome.REFUSED
                    || !origins.add(id)) {
                return false;
            }
        }
        return true;
    }

    /** What is in the log must be placed, though its client does not know. */
    private static List<Operation<Asked, Answered>> operations(KvRun run) {
        List<Operation<Asked, Answered>> operations = new ArrayList<>();
        for (Operation<KvRequest, KvResponse> one : run.operations()) {
            boolean logged = run.isInLog(one);
            boolean unseen = one.outcome() == Outcome.UNKNOWN && logged;
            operations.add(new Operation<>(
                    one.id(),
                    one.client(),
                    new Asked(one.id(), one.input(), logged),
                    unseen ? Outcome.RETURNED : one.outcome(),
                    unseen || one.hasReturned() ? new Answered(one.output()) : null,
                    one.calledAt(),
                    one.endedAt(),
                    one.callPosition(),
                    unseen ? Integer.MAX_VALUE / 2 + one.id() : one.endPosition()));
        }
        return operations;
    }

    @Override
    public KvState initial() {
        return MODEL.initial();
    }

    @Override
    public @Nullable KvState step(KvState state, Asked asked, @Nullable Answered answered) {
        KvState next = MODEL.step(state, asked.request(), answered == null ? null : answered.response());
        if (next == null) {
            return null;
        }
        boolean wrote = next.revision() > state.revision();
        return wrote == asked.isLogged() && (!wrote || isLogged(state, asked)) ? next : null;
    }

    private boolean isLogged(KvState state, Asked asked) {
        int at = (int) (state.revision() - KvState.EMPTY_REVISION);
        KvEvaluation evaluation = new KvEvaluation(asked.request(), state.pairs(), state.revision());
        return at < log.size()
                && log.get(at).operation() == asked.id()
                && log.get(at).revision() == state.revision() + 1
                && log.get(at).changes().equals(evaluation.changes());
    }
}
