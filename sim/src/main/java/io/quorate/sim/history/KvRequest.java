package io.quorate.sim.history;

import java.util.List;

/**
 * A request to a key-value store with revisions, of etcd's kind. A range is from {@code key} to {@code end}, without
 * it, in the order of {@link String#compareTo}; an empty end means the one key. To find lost and repeated writes, give
 * every put a value of its own.
 */
public sealed interface KvRequest {
    /** An end that makes the range one key. */
    String ONE_KEY = "";

    /** Writes a pair; always a change, even if the value is the old one. */
    record Put(String key, String value) implements KvRequest {}

    /** Removes the pairs of a range; no change if there are none. */
    record Delete(String key, String end) implements KvRequest {
        public Delete(String key) {
            this(key, ONE_KEY);
        }
    }

    /**
     * Reads the pairs of a range.
     *
     * @param serializable whether the answer may be old: it is the state at the revision that it names, whichever that
     *     is. Without meaning inside a transaction.
     */
    record Range(String key, String end, boolean serializable) implements KvRequest {
        public Range(String key) {
            this(key, ONE_KEY, false);
        }
    }

    /**
     * If all conditions hold the one list of requests, else the other, as one change. Each sees what those before it
     * did.
     */
    record Txn(List<KvCondition> conditions, List<KvRequest> success, List<KvRequest> failure) implements KvRequest {
        public Txn {
            conditions = List.copyOf(conditions);
            success = List.copyOf(success);
            failure = List.copyOf(failure);
        }
    }

    /** Whether the answer may be old. */
    default boolean isSerializable() {
        return this instanceof Range range && range.serializable();
    }
}
