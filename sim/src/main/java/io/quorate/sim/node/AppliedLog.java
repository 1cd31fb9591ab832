package io.quorate.sim.node;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What was applied anywhere, index by index: the first member to apply an index says what stands there, all others must
 * agree, and get the same for it.
 */
final class AppliedLog {
    private long[] fingerprints = new long[256];
    private int[] states = new int[256];
    private long lastIndex;
    private final Map<Integer, Long> indexOf = new TreeMap<>();
    private final Map<Long, Reply> replies = new TreeMap<>();

    /** The last index that anybody has applied. */
    long lastIndex() {
        return lastIndex;
    }

    int operations() {
        return indexOf.size();
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

    /**
     * What a member got for what it applied: the first says what all others must get, in each of their lives.
     */
    void answered(int member, long index, int operation, Reply reply) {
        Reply before = replies.putIfAbsent(index, reply);
        if (before != null) {
            NodeRule.ANSWERS_AGREE.requireAt(
                    index,
                    reply.equals(before),
                    () -> "member " + (member + 1) + " got " + reply + " for operation " + operation + " at index "
                            + index + ", and the first to apply it got " + before);
            return;
        }
        Long earlier = indexOf.put(operation, index);
        NodeRule.APPLIED_ONCE.requireAt(
                index,
                earlier == null,
                () -> "operation " + operation + " was applied at " + earlier + " and at " + index);
    }

    /**
     * A client was told that its operation was applied at an index.
     *
     * @return what the first member to apply it got
     */
    Reply told(int operation, long index, Reply reply) {
        Long appliedAt = indexOf.get(operation);
        Reply first = appliedAt == null ? null : replies.get(appliedAt);
        NodeRule.RETRY_GETS_FIRST_ANSWER.requireAt(
                index,
                first != null && Objects.equals(appliedAt, index) && reply.saysTheSame(first),
                () -> "the client of operation " + operation + " was told " + reply + " at index " + index
                        + ", and it was applied at " + appliedAt + " and gave " + first);
        return Objects.requireNonNull(first);
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
