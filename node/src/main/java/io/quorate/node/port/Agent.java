package io.quorate.node.port;

/**
 * Something that acts without a thread of its own. Whoever drives it calls {@link #turn} from one thread at a time: when the
 * time it asked for has come, or when it was woken. A turn is bounded in time and work.
 */
public interface Agent {
    /** The answer of {@link #turn} of an agent that waits to be woken. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Does what there is to do, up to the agent's bound.
     *
     * @param nowNanos the {@link Clock}'s time
     * @return when it wants its next turn, on the same clock; at or before {@code nowNanos}: at once; {@link #NEVER}: only
     *     when woken
     */
    long turn(long nowNanos);
}
