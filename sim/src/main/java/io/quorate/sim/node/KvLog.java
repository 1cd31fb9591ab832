package io.quorate.sim.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the store did, command by command: from it follows what every answer must have been. */
final class KvLog {
    /** A value of a key, from a revision on; operation 0 for none. */
    private record Version(long revision, int operation) {}

    private final Map<Integer, Answer> answerOf = new TreeMap<>();
    private final Map<String, List<Version>> versions = new TreeMap<>();

    /** What the first to apply an operation got for it. */
    void answered(int operation, String key, Answer answer) {
        answerOf.put(operation, answer);
        if (answer.changed()) {
            boolean deletes = answer.seen() != 0;
            versions.computeIfAbsent(key, absent -> new ArrayList<>())
                    .add(new Version(answer.revision(), deletes ? 0 : operation));
        }
    }

    /** Null where it was never applied. */
    @Nullable
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
