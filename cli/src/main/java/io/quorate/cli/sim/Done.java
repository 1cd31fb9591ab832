package io.quorate.cli.sim;

import io.quorate.sim.campaign.Outcome;

/**
 * What was done, and in which time.
 *
 * @param wallNanos of this computer's time
 * @param isInterrupted whether somebody ended it before its time
 */
record Done(Outcome outcome, long wallNanos, boolean isInterrupted) {
    long eventsPerSecond() {
        return (long) (outcome.ledger().events() / (Math.max(1, wallNanos) / 1e9));
    }
}
