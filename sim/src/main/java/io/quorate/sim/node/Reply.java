package io.quorate.sim.node;

/**
 * What a replica gives for a command or a read. Members that apply the same command must give equal ones, so equals says what
 * counts as the same; {@code toString} says it in a few words.
 */
public interface Reply {
    /** What a run's hash takes from it: equal in every JVM for equal runs. */
    long digest();

    /** Whether a client is told the same by both. */
    default boolean saysTheSame(Reply other) {
        return equals(other);
    }
}
