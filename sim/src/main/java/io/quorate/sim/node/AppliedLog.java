package io.quorate.sim.node;

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
    /** A value of a key, from a revision on; operation 0 for none. */
    private record Version(long revision, int operation) {}

    private long[] fingerprints = new long[256];
    private int[] states = new int[256];
    private long lastIndex;
    private final Map<Integer, Long> indexOf = new TreeMap<>();
    private final Map<Integer, Answer> answerOf = new TreeMap<>();
    private final Map<String, List<Version>> versions = new TreeMap<>();

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
        NodeRule.STATE_MACHINE_SAFETY.require(
                fingerprints[at] == fingerprint || (fingerprints[at] == 0 && index > lastIndex),
                () -> "member " + (member + 1) + " applied another command at " + index + " than was applied there, or"
                        + " one where others had none");
        boolean first = fingerprints[at] == 0;
        fingerprints[at] = fingerprint;
        lastIndex = Math.max(lastIndex, index);
        return first;
    }

    /** What the first to apply an index got for it. */
    void answered(long index, int operation, String key, Answer answer) {
        Long before = indexOf.put(operation, index);
        NodeRule.APPLIED_ONCE.require(
                before == null, () -> "operation " + operation + " was applied at " + before + " and at " + index);
        answerOf.put(operation, answer);
        if (answer.changed()) {
            boolean deletes = answer.seen() != 0;
            versions.computeIfAbsent(key, absent -> new ArrayList<>())
                    .add(new Version(answer.revision(), deletes ? 0 : operation));
        }
    }

    /** A member has that state at an index: who has another at the same is wrong. */
    void state(int member, long index, int hash) {
        int at = (int) index;
        int mine = hash == 0 ? 1 : hash;
        NodeRule.STATES_AGREE.require(
                states[at] == 0 || states[at] == mine,
                () -> "member " + (member + 1) + " has another state at " + index + " than the first had there");
        states[at] = mine;
    }

    boolean holds(int operation) {
        return indexOf.containsKey(operation);
    }

    /** Null where it was never applied. */
    @org.jspecify.annotations.Nullable
    Answer answerOf(int operation) {
        return answerOf.get(operation);
    }

    /** Which operation's value a key held at a revision, 0 for none. */
    int valueAt(String key, long revision) {
        int value = 0;
        for (Version version : versions.getOrDefault(key, List.of())) {
            if (version.revision > revision) {
                break;
            }
            value = version.operation;
        }
        return value;
    }
}
