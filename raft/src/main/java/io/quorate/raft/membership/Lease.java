package io.quorate.raft.membership;

/**
 * Whether a leader may serve reads without asking a majority each time (thesis 6.4.1), and what all voters promise for it. It
 * stands in the membership, because the promise binds whoever votes, and binds it through a restart.
 *
 * <pre>
 *   leader's clock   begins a round ----------- leaderTicks() -----------| no more reads
 *                          \
 *   voter's clock            hears it ------------- ticks ---------------------| may vote for another
 * </pre>
 *
 * <p>While a leader measures {@link #leaderTicks()} no voter of that round measures {@code ticks}, as long as of their clocks
 * the slower shows at least 1000 - driftPerMille of what the faster shows in a thousand. How far apart they stand does not
 * matter, only how fast each runs.
 *
 * @param ticks how long a voter stands by the leader that it heard, in milliseconds of its own clock, in [10, 600000]; 0: there
 *     are no leases
 * @param driftPerMille by how much the slowest clock of the members may fall behind the fastest, in [0, 500]
 */
public record Lease(int ticks, int driftPerMille) {
    public static final int MIN_TICKS = 10;
    public static final int MAX_TICKS = 600_000;
    public static final int MAX_DRIFT_PER_MILLE = 500;
    public static final Lease OFF = new Lease(0, 0);

    /** Each clock is read as whole ticks: a span looks up to one tick shorter here, and one longer there. */
    private static final int ROUNDING_TICKS = 2;

    public Lease {
        boolean isOff = ticks == 0 && driftPerMille == 0;
        boolean isPossible =
                ticks >= MIN_TICKS && ticks <= MAX_TICKS && driftPerMille >= 0 && driftPerMille <= MAX_DRIFT_PER_MILLE;
        if (!isOff && !isPossible) {
            throw new IllegalArgumentException("a lease lasts " + MIN_TICKS + " to " + MAX_TICKS
                    + " ms with a drift of 0 to " + MAX_DRIFT_PER_MILLE + " per thousand, not " + ticks + " and "
                    + driftPerMille);
        }
    }

    public boolean isOn() {
        return ticks != 0;
    }

    /** How long a leader may count on the promise, by its own clock from the beginning of the round; 0 without leases. */
    public int leaderTicks() {
        int drift = (int) (((long) ticks * driftPerMille + 999) / 1000);
        return isOn() ? ticks - drift - ROUNDING_TICKS : 0;
    }
}
