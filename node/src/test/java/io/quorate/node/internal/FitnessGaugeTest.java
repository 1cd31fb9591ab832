package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.RaftOptions;
import io.quorate.raft.Fitness;
import org.junit.jupiter.api.Test;

/** What is slow, how often that may be, and when it is forgotten; the clock is moved by hand. All times are ms. */
class FitnessGaugeTest {
    private static final long MILLI = 1_000_000;

    /** Slow is 500 ms, forgotten is after 10 s. */
    private final FitnessGauge gauge = new FitnessGauge(RaftOptions.DEFAULTS);

    private long now = -5_000; // a clock may show anything
    private long number;

    @Test
    void aFlushUnderWayForHalfAnElectionTimeoutMakesSickAtOnceAndNotBefore() {
        submit();
        assertThat(gauge.nextChange()).isEqualTo((now + 500) * MILLI);
        pass(499);
        assertThat(measure()).isEqualTo(Fitness.FIT);
        pass(1);
        assertThat(measure()).isEqualTo(Fitness.SICK);
        assertThat(gauge.reason()).isEqualTo("a flush of its log has taken 500 ms and is not done");
    }

    @Test
    void whileItIsNotDoneNothingElseIsWaitedFor() {
        submit();
        pass(500);
        measure();
        assertThat(gauge.nextChange()).isEqualTo(Long.MAX_VALUE);
        pass(60_000);
        assertThat(measure()).isEqualTo(Fitness.SICK);
        persist();
        assertThat(gauge.reason()).isEqualTo("a flush of its log took 60500 ms");
        assertThat(gauge.nextChange()).isEqualTo((now + 10_000) * MILLI);
    }

    @Test
    void fitAgainIsWhoWasNotSlowForTenElectionTimeouts() {
        submit();
        pass(700);
        measure();
        persist();
        pass(9_999);
        assertThat(measure()).isEqualTo(Fitness.SICK);
        turn(500);
        pass(9_999);
        assertThat(measure()).as("it was slow again meanwhile").isEqualTo(Fitness.SICK);
        assertThat(gauge.reason()).isEqualTo("a turn of its loop ended 500 ms late");
        pass(1);
        assertThat(measure()).isEqualTo(Fitness.FIT);
        assertThat(gauge.reason()).isNull();
        assertThat(gauge.nextChange()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aSlowFlushOfWhichTheLoopHeardOnlyAtItsEndMakesSickToo() {
        flush(499);
        assertThat(measure()).isEqualTo(Fitness.FIT);
        flush(500);
        assertThat(gauge.nextChange()).as("there is news").isLessThanOrEqualTo(now * MILLI);
        assertThat(measure()).isEqualTo(Fitness.SICK);
        assertThat(gauge.reason()).isEqualTo("a flush of its log took 500 ms");
    }

    @Test
    void twoSlowTurnsAreForgivenAndAThirdInTheSameTimeIsNot() {
        turn(600);
        pass(4_000);
        turn(500);
        assertThat(measure()).isEqualTo(Fitness.FIT);
        pass(4_000);
        turn(499);
        assertThat(measure()).as("that was not slow").isEqualTo(Fitness.FIT);
        turn(500);
        assertThat(gauge.nextChange()).as("there is news").isLessThanOrEqualTo(now * MILLI);
        assertThat(measure()).isEqualTo(Fitness.SICK);
    }

    @Test
    void slowTurnsFarApartAreForgiven() {
        for (int k = 0; k < 10; k++) {
            turn(900);
            pass(5_000);
            assertThat(measure()).isEqualTo(Fitness.FIT);
        }
    }

    @Test
    void aPauseOfTheProcessIsNoFlushOfTheDisk() {
        submit();
        pass(3_000);
        gauge.late(2_990 * MILLI);
        assertThat(measure()).isEqualTo(Fitness.FIT);
        persist();
        gauge.turned(2_990 * MILLI, now * MILLI);
        assertThat(measure()).as("one pause is forgiven").isEqualTo(Fitness.FIT);
    }

    @Test
    void whatIsAskedForDuringAFlushIsMeasuredFromTheNextTurnOn() {
        submit();
        pass(200);
        submit();
        gauge.persisted(number - 1, now * MILLI);
        submit();
        assertThat(gauge.nextChange()).isEqualTo((now + 500) * MILLI);
        gauge.persisted(number, now * MILLI);
        gauge.submitted(number, now * MILLI);
        assertThat(gauge.nextChange()).as("nothing is under way").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatIsSlowIsTheUsersToSay() {
        FitnessGauge strict =
                new FitnessGauge(RaftOptions.builder().slowWorkMillis(20).build());
        strict.submitted(1, 0);
        assertThat(strict.measure(19 * MILLI)).isEqualTo(Fitness.FIT);
        assertThat(strict.measure(20 * MILLI)).isEqualTo(Fitness.SICK);
    }

    private void pass(long millis) {
        now += millis;
    }

    private void submit() {
        gauge.submitted(++number, now * MILLI);
    }

    private void persist() {
        gauge.persisted(number, now * MILLI);
    }

    private void flush(long millis) {
        submit();
        pass(millis);
        persist();
    }

    private void turn(long millis) {
        gauge.turned(millis * MILLI, now * MILLI);
    }

    private Fitness measure() {
        return gauge.measure(now * MILLI);
    }
}
