package io.quorate.sim.history;

import java.util.List;

/**
 * One revision of the store as it was in the end: what a watch from the first revision on tells, together with who did
 * it.
 *
 * @param operation the id, in the history, of the operation that made the change; {@link #NOBODY} for a change without
 *     one, such as the end of a lease
 * @param changes in the order in which the operation made them, never empty
 */
public record KvCommit(long revision, int operation, List<KvChange> changes) {
    /** In place of an operation: no client asked for this change. */
    public static final int NOBODY = -1;

    public KvCommit {
        changes = List.copyOf(changes);
    }
}
