package io.quorate.sim.history;

import org.jspecify.annotations.Nullable;

/**
 * A condition of a transaction on one key. A missing key compares as zeros, but its value compares as nothing: such a
 * condition never holds.
 *
 * @param number the operand, unless the target is the value
 * @param value the operand where the target is the value, else empty
 */
public record KvCondition(String key, Target target, Relation relation, long number, String value) {
    /** What of the pair is compared. */
    public enum Target {
        VALUE,
        CREATE_REVISION,
        MOD_REVISION,
        VERSION
    }

    /** How it must stand to the operand. */
    public enum Relation {
        EQUAL,
        NOT_EQUAL,
        LESS,
        GREATER
    }

    public static KvCondition valueIs(String key, String value) {
        return new KvCondition(key, Target.VALUE, Relation.EQUAL, 0, value);
    }

    public static KvCondition modRevisionIs(String key, long revision) {
        return new KvCondition(key, Target.MOD_REVISION, Relation.EQUAL, revision, "");
    }

    public static KvCondition isMissing(String key) {
        return new KvCondition(key, Target.CREATE_REVISION, Relation.EQUAL, 0, "");
    }

    /** @param pair the one of this key, null if it is missing */
    boolean holds(@Nullable KvPair pair) {
        if (target == Target.VALUE) {
            return pair != null && isRelated(pair.value().compareTo(value));
        }
        return isRelated(Long.compare(pair == null ? 0 : numberOf(pair), number));
    }

    private long numberOf(KvPair pair) {
        return switch (target) {
            case CREATE_REVISION -> pair.createRevision();
            case MOD_REVISION -> pair.modRevision();
            case VERSION -> pair.version();
            case VALUE -> throw new IllegalStateException("a value is no number");
        };
    }

    private boolean isRelated(int comparison) {
        return switch (relation) {
            case EQUAL -> comparison == 0;
            case NOT_EQUAL -> comparison != 0;
            case LESS -> comparison < 0;
            case GREATER -> comparison > 0;
        };
    }
}
