package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Unseen;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole members under everything that can go wrong with links, processes, clocks, disks and clients: where damage is bounded
 * nothing is lost and all goes on; where it is not, every loss is one that nobody could have seen. Each run is made twice.
 *
 * <p>Members speak over streams, on which no message is lost, doubled or overtaken alone. What stands for these is: for loss,
 * waits for retransmissions that grow up to seconds, links that carry nothing, and connections that are reset or die with
 * their process, with all that was under way on them; for reordering, pieces that are held back, so that what one member
 * sends to two others, or sends on the next connection, overtakes them. Nothing stands for duplication, which the core's own
 * profile tries: a member sends again only on another connection.
 */
final class NodeSimulationTest {
    private static final int SEEDS = 120;
    private static final int UNBOUNDED_SEEDS = 120;
    private static final int UNBOUNDED_TWICE = 40;
    private static final int QUICK = 4;

    /** What only whole members can come to. */
    private static final List<Mark> MARKS = List.of(
            Mark.TORN_TAIL_DROPPED,
            Mark.POWER_LOST_IN_START,
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
            Mark.SNAPSHOT_MARKED,
            Mark.STARTED_FROM_SNAPSHOT,
            Mark.SNAPSHOT_INSTALLED,
            Mark.FETCH_WENT_ON,
            Mark.RESTORING_REFUSED,
            Mark.SNAPSHOT_WITHOUT_ROOM,
            Mark.SNAPSHOT_CUT_SHORT,
            Mark.FETCH_CUT_SHORT,
            Mark.RESTORE_CUT_SHORT,
            Mark.SNAPSHOT_NOT_MARKED,
            Mark.STATES_COMPARED,
            Mark.STATE_DIFFERED,
            Mark.STATE_DIFFERENCE_NAMED,
            Mark.FAULTY_HANDED_OVER,
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
        runTwice(profile, QUICK, new Ledger());
    }

    @Test
    @Tag("slow")
    void nothingIsLostWhereDamageIsBounded() {
        Ledger ledger = new Ledger();
        runTwice(Profile.NODE, SEEDS, ledger);
        assertThatAllHappened(ledger);
        assertThat(ledger.neverHit()).doesNotContainAnyElementsOf(MARKS);
        for (Unseen damage : Unseen.values()) {
            assertThat(ledger.timesUnseen(damage)).as(damage.sentence()).isZero();
        }
        assertThat(ledger.operations()).isGreaterThan(100L * SEEDS);
    }

    @Test
    @Tag("slow")
    void everyLossIsNamedWhereDamageHasNoBound() {
        Ledger ledger = new Ledger();
        runTwice(Profile.UNBOUNDED, UNBOUNDED_TWICE, ledger);
        for (long seed = UNBOUNDED_TWICE + 1; seed <= UNBOUNDED_SEEDS; seed++) {
            ledger.add(run(seed, Profile.UNBOUNDED).ledger());
        }
        assertThatAllHappened(ledger);
        for (Unseen damage : Unseen.values()) {
            assertThat(ledger.timesUnseen(damage)).as(damage.sentence()).isPositive();
        }
    }

    /** Seeds from 1, each twice, with different runs for different seeds. */
    private static void runTwice(Profile profile, int seeds, Ledger ledger) {
        Set<Long> hashes = new TreeSet<>();
        for (long seed = 1; seed <= seeds; seed++) {
            RunResult first = run(seed, profile);
            assertThat(run(seed, profile).line()).isEqualTo(first.line());
            assertThat(first.events()).isPositive();
            hashes.add(first.hash());
            ledger.add(first.ledger());
        }
        assertThat(hashes).hasSize(seeds);
    }

    private static void assertThatAllHappened(Ledger ledger) {
        for (FaultKind kind : FaultKind.values()) {
            if (kind == FaultKind.DUPLICATION) {
                assertThat(ledger.timesPlanned(kind)).isZero();
            } else {
                assertThat(ledger.timesFired(kind)).as(kind.sentence()).isPositive();
            }
        }
    }

    private static RunResult run(long seed, Profile profile) {
        RunResult result = NodeSimulation.run(NodeSwarm.script(seed, profile), RunListener.NONE);
        assertThat(result.violation()).as(result.line()).isNull();
        return result;
    }
}
