package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Unseen;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole members under everything that can go wrong with links, processes, clocks, disks and clients: where damage is bounded
 * nothing is lost and all goes on; where it is not, every loss is one that nobody could have seen.
 */
final class NodeSimulationTest {
    private static final int TWICE = 8;
    private static final int MANY = 120;

    /** What only whole members can come to. */
    private static final List<Mark> MARKS = List.of(
            Mark.TORN_TAIL_DROPPED,
            Mark.DAMAGE_REFUSED,
            Mark.SEGMENT_ROLLED,
            Mark.NO_SPACE_REFUSED,
            Mark.ENDED_BY_DISK_ERROR,
            Mark.WIPED_REFUSED,
            Mark.OLD_IMAGE_REFUSED,
            Mark.FRAME_REFUSED,
            Mark.FORWARDED_WRITE_APPLIED,
            Mark.FORWARDED_WRITE_UNKNOWN,
            Mark.FIRST_START_WAITED,
            Mark.CRASH_LOST_WRITES,
            Mark.CRASH_KEPT_UNTOLD_WRITE,
            Mark.ALL_DOWN,
            Mark.UNKNOWN_WRITE_APPLIED,
            Mark.UNKNOWN_WRITE_NEVER_APPLIED);

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CORE"})
    void aSeedGivesTheSameRunTwice(Profile profile) {
        for (long seed = 1; seed <= TWICE; seed++) {
            RunResult first = run(seed, profile);
            RunResult second = run(seed, profile);
            assertThat(second.line()).isEqualTo(first.line());
            assertThat(first.events()).isPositive();
            assertThat(run(seed + TWICE, profile).hash()).isNotEqualTo(first.hash());
        }
    }

    @Test
    @Tag("slow")
    void nothingIsLostWhereDamageIsBounded() {
        Ledger ledger = runMany(Profile.NODE);
        assertThat(ledger.neverFired()).isEmpty();
        assertThat(ledger.neverHit()).doesNotContainAnyElementsOf(MARKS);
        for (Unseen damage : Unseen.values()) {
            assertThat(ledger.timesUnseen(damage)).as(damage.sentence()).isZero();
        }
        assertThat(ledger.operations()).isGreaterThan(100L * MANY);
    }

    @Test
    @Tag("slow")
    void everyLossIsNamedWhereDamageHasNoBound() {
        Ledger ledger = runMany(Profile.UNBOUNDED);
        assertThat(ledger.neverFired()).isEmpty();
        for (Unseen damage : Unseen.values()) {
            assertThat(ledger.timesUnseen(damage)).as(damage.sentence()).isPositive();
        }
    }

    private static Ledger runMany(Profile profile) {
        Ledger ledger = new Ledger();
        for (long seed = 1; seed <= MANY; seed++) {
            RunResult result = run(seed, profile);
            ledger.add(result.ledger());
        }
        return ledger;
    }

    private static RunResult run(long seed, Profile profile) {
        RunResult result = NodeSimulation.run(NodeSwarm.script(seed, profile), RunListener.NONE);
        assertThat(result.violation()).as(result.line()).isNull();
        return result;
    }
}
