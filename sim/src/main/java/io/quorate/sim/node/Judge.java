package io.quorate.sim.node;

import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the first broken rule of a run, wherever it was found: a check within a member's turn must not be taken by that member
 * for an error of its own. Keeps, too, who led which term, and what damage nobody could see.
 */
final class Judge {
    private final Ledger ledger;
    private final boolean bounded;
    private final Map<Long, Integer> leaders = new TreeMap<>();
    private @Nullable Violation first;
    private final List<Damage> unseen = new ArrayList<>();

    Judge(Ledger ledger, boolean bounded) {
        this.ledger = ledger;
        this.bounded = bounded;
    }

    /** Runs a check within a member's turn. */
    void check(Runnable check) {
        checked(() -> {
            check.run();
            return true;
        });
    }

    /** Does something within a member's turn that finds a broken rule, or gives what it gives. */
    <T> T checked(Supplier<T> check) {
        try {
            return check.get();
        } catch (Violation e) {
            first = first == null ? e : first;
            throw e;
        }
    }

    /** Ends the run if a rule is broken. */
    void verdict() {
        if (first != null) {
            throw first;
        }
    }

    void elected(int member, long term) {
        Integer before = leaders.put(term, member);
        NodeRule.ELECTION_SAFETY.requireAt(
                term,
                before == null,
                () -> "member " + (member + 1) + " and member " + (before == null ? 0 : before + 1) + " led term "
                        + term);
    }

    /** Damage that nobody can see has happened, unless nothing was lost by it: an atlas that allows it where nothing may be lost is wrong. */
    void unseen(Damage damage) {
        if (bounded) {
            throw new IllegalStateException(
                    "the fault atlas let through: " + damage.kind().sentence());
        }
        if (!damage.isNothing()) {
            unseen.add(damage);
            ledger.unseen(damage.kind());
        }
    }

    /** Whether a broken rule may be the work of damage that nobody could see. */
    boolean isExcused(Violation violation) {
        NodeRule.Subject subject = NodeRule.subjectOf(violation.rule());
        return unseen.stream().anyMatch(damage -> damage.explains(subject, violation.place()));
    }

    boolean hasUnseen() {
        return !unseen.isEmpty();
    }
}
