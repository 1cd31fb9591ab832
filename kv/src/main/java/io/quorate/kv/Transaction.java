package io.quorate.kv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transaction under way: first the choice of its branches, on the state before it, then their operations in order. */
final class Transaction implements Work {
    private final KvStore store;
    private final boolean wanted;
    private final View before;
    private final Choice choice;
    private final KvStore.Mark mark;
    private @Nullable Run run;

    /** @param txn in order by itself */
    Transaction(KvStore store, TxnRequest txn, boolean wanted) {
        this.store = store;
        this.wanted = wanted;
        before = store.view();
        choice = new Choice(before, txn);
        mark = store.mark();
    }

    @Override
    public @Nullable Result go(Budget budget) {
        if (run == null) {
            ChosenBranch branch = choice.go(budget);
            if (branch == null) {
                return null;
            }
            KvError error = branch.check(before);
            if (error != null) {
                return error;
            }
            run = new Run(branch);
        }
        Result result = run.go(budget);
        if (result instanceof TxnResponse done) {
            return new TxnResponse(store.revisionNow(), done.succeeded(), done.responses());
        }
        if (result != null) {
            store.rollBack(mark);
        }
        return result;
    }

    /**
     * The operations of one branch. Fails if a put that keeps the old value finds the key gone: that an operation before it
     * deletes the key is refused beforehand, but for the one kind of range that the check does not see (etcd dies there).
     */
    private final class Run implements Work {
        private final ChosenBranch branch;
        private final ResponseOp[] responses;
        private int done;
        private int begunNested;
        private @Nullable Work current;

        Run(ChosenBranch branch) {
            this.branch = branch;
            responses = new ResponseOp[branch.ops().size()];
        }

        @Override
        public @Nullable Result go(Budget budget) {
            while (done < responses.length) {
                if (budget.isSpent()) {
                    return null;
                }
                Work operation = current == null ? begin(branch.ops().get(done)) : current;
                Result result = operation.go(budget);
                current = result == null ? operation : null;
                if (result == null) {
                    return null;
                }
                if (!(result instanceof ResponseOp response)) {
                    return KvError.KEY_NOT_FOUND;
                }
                responses[done++] = response;
            }
            return new TxnResponse(0, branch.succeeded(), List.of(responses));
        }

        private Work begin(RequestOp op) {
            return op instanceof TxnRequest ? new Run(branch.nested().get(begunNested++)) : store.work(op, wanted);
        }
    }
}
