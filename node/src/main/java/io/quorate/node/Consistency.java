package io.quorate.node;

import java.time.Duration;

/**
 * What a read may see. Each kind can be asked on any member.
 *
 * <pre>
 *                    sees at least what was acknowledged ...        costs                    needs
 *   LINEARIZABLE     anywhere, before the read began                a round to a majority    a majority
 *   LEASE            the same, while clocks keep their drift        nothing, on the leader   a majority lately
 *   within(d)        anywhere, d before the read began              a round at most every d  a majority lately
 *   atLeast(index)   at that position and before it                 nothing                  to have come so far
 *   LOCAL            here                                           nothing                  nothing
 * </pre>
 */
public final class Consistency {
    /** How far a bounded read may lie behind at most. */
    public static final Duration MAX_STALENESS = Duration.ofHours(1);

    /**
     * Everything that was acknowledged anywhere before the read began (ReadIndex, thesis 6.4). Costs one round trip to a
     * majority, shared by all reads of a turn.
     */
    public static final Consistency LINEARIZABLE = new Consistency(Kind.LINEARIZABLE, 0);

    /**
     * As {@link #LINEARIZABLE}, as long as the members' clocks keep to the drift that the membership states (thesis 6.4.1). A
     * leader answers it without a message while it holds a lease; every other member, and a leader without one, asks a majority.
     * Leases are off until the membership is changed to {@link MembershipChange#lease}. Danger: where a clock stands still and
     * its process goes on, as on a virtual machine that is stopped and continued, a read may miss what another leader
     * acknowledged meanwhile.
     */
    public static final Consistency LEASE = new Consistency(Kind.LEASE, 0);

    /** What this member has applied; may be any time behind, also while it is cut off. */
    public static final Consistency LOCAL = new Consistency(Kind.LOCAL, 0);

    /** What the node does for it. */
    public enum Kind {
        LINEARIZABLE,
        LEASE,
        AT_LEAST,
        WITHIN,
        LOCAL
    }

    private final Kind kind;
    private final long value;

    private Consistency(Kind kind, long value) {
        this.kind = kind;
        this.value = value;
    }

    /**
     * A state that has that entry and all before it; read your writes, with the index of {@link Applied} or {@link Served}. Waits
     * until this member has applied so far, and is refused as {@link Refused.Reason#TIMED_OUT} when it has not in time.
     *
     * @param index of a committed entry of this cluster
     */
    public static Consistency atLeast(long index) {
        if (index < 0) {
            throw new RaftException(RaftException.Code.MISUSE, "a position in the log is at least 0, not " + index);
        }
        return new Consistency(Kind.AT_LEAST, index);
    }

    /**
     * A state that lacks nothing acknowledged longer before the read began than this, by this member's clock. The member proves it
     * by the last question that the leader answered it, counted from when it asked; where that is too long ago it asks again, and
     * refuses as {@link Refused.Reason#STALE} when no answer has come within the bound.
     *
     * @param bound 1 ms to {@link #MAX_STALENESS}
     */
    public static Consistency within(Duration bound) {
        if (bound.compareTo(Duration.ofMillis(1)) < 0 || bound.compareTo(MAX_STALENESS) > 0) {
            throw new RaftException(
                    RaftException.Code.MISUSE, "staleness is bounded by 1 ms to " + MAX_STALENESS + ", not " + bound);
        }
        return new Consistency(Kind.WITHIN, bound.toNanos());
    }

    public Kind kind() {
        return kind;
    }

    /** The position of {@link #atLeast}; the nanoseconds of {@link #within}; 0 of the others. */
    public long value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Consistency that && kind == that.kind && value == that.value;
    }

    @Override
    public int hashCode() {
        return 31 * kind.name().hashCode() + Long.hashCode(value);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case LINEARIZABLE, LEASE, LOCAL -> kind.name();
            case AT_LEAST -> "at least " + value;
            case WITHIN -> "within " + Duration.ofNanos(value);
        };
    }
}
