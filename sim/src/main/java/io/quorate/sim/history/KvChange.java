package io.quorate.sim.history;

import org.jspecify.annotations.Nullable;

/**
 * What happened to one key, as a watch tells it.
 *
 * @param pair what the key holds now; null if it was deleted
 */
public record KvChange(String key, @Nullable KvPair pair) {
    /** The key was put. */
    public static KvChange put(KvPair pair) {
        return new KvChange(pair.key(), pair);
    }

    /** The key was deleted. */
    public static KvChange deleted(String key) {
        return new KvChange(key, null);
    }
}
