package io.quorate.cli.sim;

import io.quorate.sim.campaign.Outcome;
import io.quorate.sim.core.FaultKind;

/**
 * What was done, and in which time.
 *
 * @param wallNanos of this computer's time
 * @param threads that ran it
 * @param isOneSeed whether a seed was run alone, and not as a campaign, which must try every kind of fault that it plans
 * @param isInterrupted whether somebody ended it before its time
 */
record Done(Outcome outcome, long wallNanos, int threads, boolean isOneSeed, boolean isInterrupted) {
    static Done ofOneSeed(Outcome outcome, long wallNanos) {
        return new Done(outcome, wallNanos, 1, true, false);
    }

    static Done ofCampaign(Outcome outcome, long wallNanos, int threads, boolean isInterrupted) {
        return new Done(outcome, wallNanos, threads, false, isInterrupted);
    }

    long eventsPerSecond() {
        return (long) (outcome.ledger().events() / (Math.max(1, wallNanos) / 1e9));
    }

    long eventsPerSecondAndThread() {
        return eventsPerSecond() / threads;
    }

    /**
     * How often a kind of fault was planned in a run and did nothing there, without harm: another run of the campaign tried it,
     * or there is no other.
     */
    long excused() {
        long excused = 0;
        for (FaultKind kind : FaultKind.values()) {
            if (isOneSeed || outcome.ledger().timesFired(kind) > 0) {
                excused += outcome.ledger().timesIdle(kind);
            }
        }
        return excused;
    }
}
