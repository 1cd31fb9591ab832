package io.quorate.sim.node;

import io.quorate.sim.history.KvChange;
import io.quorate.sim.history.KvState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was applied anywhere, index by index: the first member to apply an index says what stands there, all others must
 * agree. From it follows what every answer must have been.
 */
final class AppliedLog {
    /** What the first member that applied a command changed with it, at a revision of its store. */
    record Change(long revision, int sender, List<KvChange> changes) {}

    private long[] fingerprints = new long[256];
    private int[] states = new int[256];
    private long lastIndex;
    private final Map<Integer, Long> indexOf = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();

    /** The last index that anybody has applied. */
    long lastIndex() {
        return lastIndex;
    }

    /**
     * A member applied a command.
     *
     * @param fingerprint of the command and its term
     * @return whether nobody had applied that index before
     */
    boolean applied(int member, long index, long fingerprint) {
        int at = (int) index;
        if (at >= fingerprints.length) {
            fingerprints = Arrays.copyOf(fingerprints, 2 * at);
            states = Arrays.copyOf(states, 2 * at);
        }
        NodeRule.STATE_MACHINE_SAFETY.requireAt(
                index,
                fingerprints[at] == fingerprint || (fingerprints[at] == 0 && index > lastIndex),
                () -> "member " + (member + 1) + " applied another command at " + index + " than was applied there, or"
                        + " one where others had none");
        boolean first = fingerprints[at] == 0;
        fingerprints[at] = fingerprint;
        lastIndex = Math.max(lastIndex, index);
        return first;
    }

    /** The first to apply an index found that there. */
    void found(long index, int sender) {
        int operation = Requests.operation(sender);
        Long before = indexOf.put(operation, index);
        NodeRule.APPLIED_ONCE.requireAt(
                index,
                before == null,
                () -> "operation " + operation + " was applied at " + before + " and at " + index);
    }

    void changed(Change change) {
        changes.add(change);
    }

    /** By rising index. */
    List<Change> changes() {
        return changes;
    }

    /** Of the last change. */
    long revision() {
        return changes.isEmpty()
                ? KvState.EMPTY_REVISION
                : changes.get(changes.size() - 1).revision();
    }

    /** A member has that state at an index: who has another at the same is wrong. */
    void state(int member, long index, int hash) {
        int at = (int) index;
        int mine = hash == 0 ? 1 : hash;
        NodeRule.STATES_AGREE.requireAt(
                index,
                states[at] == 0 || states[at] == mine,
                () -> "member " + (member + 1) + " has another state at " + index + " than the first had there");
        states[at] = mine;
    }

    boolean holds(int operation) {
        return indexOf.containsKey(operation);
    }
}
