package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The arithmetic of a log, against a model that keeps one row per entry. */
class LogCursorTest {
    private static final int MARK = 5;
    private static final SnapshotMark AFTER_FIVE = new SnapshotMark(MARK, 2, Scene.voters(3));

    private static LogCursor behindFive() {
        return new LogCursor(new RestartImage(new HardState(2, 0, 0), AFTER_FIVE, LogSummary.empty(MARK)));
    }

    @Test
    void anEmptyLogEndsAtItsMark() {
        LogCursor log = behindFive();
        assertThat(log.lastIndex()).isEqualTo(MARK);
        assertThat(log.lastTerm()).isEqualTo(2);
        assertThat(log.termAt(MARK)).isEqualTo(2);
        assertThat(log.termAt(MARK - 1)).isEqualTo(-1);
        assertThat(log.termAt(MARK + 1)).isEqualTo(-1);
        assertThat(log.membership()).isEqualTo(Scene.voters(3));
    }

    @Test
    void aMembershipThatIsDroppedGivesWayToTheOneBefore() {
        LogCursor log = behindFive();
        log.append(3, 40);
        log.addMembership(6, Scene.voters(2));
        log.append(3, 40);
        log.append(4, 40);
        log.addMembership(8, Scene.voters(1));
        assertThat(log.membership()).isEqualTo(Scene.voters(1));
        log.truncate(8);
        assertThat(log.membership()).isEqualTo(Scene.voters(2));
        log.truncate(6);
        assertThat(log.membership()).isEqualTo(Scene.voters(3));
    }

    @Test
    void theMarksMembershipStandsForThoseOfTheTailBeforeIt() {
        List<MembershipAt> told = List.of(
                new MembershipAt(2, Scene.voters(1)),
                new MembershipAt(4, Scene.voters(3)),
                new MembershipAt(7, Scene.voters(2)));
        LogSummary summary = new LogSummary(8, new long[] {2}, new long[] {2}, told);
        LogCursor log = new LogCursor(new RestartImage(new HardState(2, 0, 0), AFTER_FIVE, 1, 1, summary));
        assertThat(log.membershipsBehindMark()).containsExactly(told.get(2));
        assertThat(log.membershipsChangedIn(1, 8)).containsExactly(told.get(2));
        assertThat(log.membershipAt(6)).isEqualTo(Scene.voters(3));
        assertThat(log.membershipAt(7)).isEqualTo(Scene.voters(2));
        assertThat(log.isVoterInOpenMembership(3, 5)).isTrue();
        assertThat(log.isVoterInOpenMembership(3, 7)).isFalse();
        log.mark(new SnapshotMark(8, 2, Scene.voters(2)));
        assertThat(log.membershipsBehindMark()).isEmpty();
        assertThat(log.isVoterInOpenMembership(3, 8)).isFalse();
    }

    @Test
    void itEqualsTheModel() {
        for (int seed = 0; seed < 300; seed++) {
            SplitMix64 random = new SplitMix64(seed);
            LogCursor log = behindFive();
            TreeMap<Long, long[]> rows = new TreeMap<>();
            long ringFirst = MARK + 1;
            long term = 2;
            long prev = MARK;
            long prevTerm = 2;
            for (int step = 0; step < 120; step++) {
                int dice = random.below(14);
                if (dice < 8) {
                    term += random.below(4) == 0 ? 1 + random.below(2) : 0;
                    int bytes = 40 + random.below(100);
                    log.append(term, bytes);
                    rows.put(log.lastIndex(), new long[] {term, bytes});
                } else if (dice < 9 && log.lastIndex() > log.mark().index()) {
                    long mark = log.mark().index();
                    long from = mark + 1 + random.below((int) (log.lastIndex() - mark));
                    log.truncate(from);
                    rows.tailMap(from, true).clear();
                    ringFirst = Math.min(ringFirst, from);
                } else if (dice < 11 && ringFirst <= log.lastIndex()) {
                    log.dropRingFirst();
                    ringFirst++;
                } else if (dice == 12) {
                    long mark = log.mark().index()
                            + random.below((int) (log.lastIndex() - log.mark().index() + 1));
                    log.mark(new SnapshotMark(mark, log.termAt(mark), Scene.voters(3)));
                } else if (dice == 13) {
                    long first =
                            log.firstIndex() + random.below((int) (log.mark().index() + 2 - log.firstIndex()));
                    prevTerm = first - 1 == prev ? prevTerm : row(rows, first - 1)[0];
                    log.dropBefore(first);
                    prev = first - 1;
                    rows.headMap(first, false).clear();
                    ringFirst = Math.max(ringFirst, first);
                }
                compare(log, rows, ringFirst, prev, prevTerm, random);
            }
        }
    }

    private static void compare(
            LogCursor log,
            NavigableMap<Long, long[]> rows,
            long ringFirst,
            long prev,
            long prevTerm,
            SplitMix64 random) {
        long last = rows.isEmpty() ? prev : rows.lastKey();
        assertThat(log.firstIndex()).isEqualTo(prev + 1);
        assertThat(log.termAt(prev)).isEqualTo(prevTerm);
        assertThat(log.termAt(prev - 1)).isEqualTo(-1);
        assertThat(log.lastTerm()).isEqualTo(rows.isEmpty() ? prevTerm : row(rows, last)[0]);
        assertThat(log.lastIndex()).isEqualTo(last);
        assertThat(log.ringFirst()).isEqualTo(ringFirst);
        long used = rows.tailMap(ringFirst, true).values().stream()
                .mapToLong(row -> row[1])
                .sum();
        assertThat(log.ringUsedBytes()).isEqualTo(used);
        rows.forEach((index, row) -> assertThat(log.termAt(index)).isEqualTo(row[0]));
        long upTo = prev + random.below(rows.size() + 3);
        long term = 2L + random.below(12);
        long naive = prevTerm <= term ? prev : prev - 1;
        for (long index = prev + 1; index <= Math.min(upTo, last); index++) {
            naive = row(rows, index)[0] <= term ? index : naive;
        }
        assertThat(log.lastAtOrBelow(upTo, term)).isEqualTo(naive);
        assertThat(log.lastAtOrBelow(prev - 2, term)).isEqualTo(prev - 2);
        if (ringFirst <= last) {
            compareRun(log, rows, ringFirst + random.below((int) (last - ringFirst + 1)), 40 + random.below(400));
        }
    }

    private static long[] row(NavigableMap<Long, long[]> rows, long index) {
        return Objects.requireNonNull(rows.get(index));
    }

    private static void compareRun(LogCursor log, NavigableMap<Long, long[]> rows, long first, int maxBytes) {
        EntryRun run = log.run(first, maxBytes);
        assertThat(run.isWellFormed()).isTrue();
        assertThat(run.firstIndex()).isEqualTo(first);
        long bytes = 0;
        for (long index = first; index <= run.lastIndex(); index++) {
            assertThat((long) run.recordBytes(index)).isEqualTo(row(rows, index)[1]);
            bytes += run.recordBytes(index);
        }
        assertThat(run.count() == 1 || bytes <= maxBytes).isTrue();
        boolean isMore = rows.containsKey(run.lastIndex() + 1);
        assertThat(!isMore || bytes + row(rows, run.lastIndex() + 1)[1] > maxBytes)
                .isTrue();
        for (int i = 0; i < run.runs(); i++) {
            assertThat(run.runTerm(i)).isEqualTo(row(rows, run.runFirst(i))[0]);
        }
    }

    @Test
    void aRunTellsItsMemberships() {
        LogCursor log = behindFive();
        List<MembershipAt> added = new ArrayList<>();
        for (long index = 6; index <= 12; index++) {
            log.append(3, 40);
            if (index % 3 == 0) {
                Membership set = Scene.voters((int) (index % 4) + 1);
                log.addMembership(index, set);
                added.add(new MembershipAt(index, set));
            }
        }
        assertThat(log.run(6, 10_000).memberships()).isEqualTo(added);
        assertThat(log.run(7, 80).memberships()).isEmpty();
        assertThat(log.run(9, 40).memberships()).containsExactly(added.get(1));
    }

    @Test
    void aMembershipBelowTheMarkIsTheMarksAndStillDescribed() {
        LogCursor log = behindFive();
        for (long index = 6; index <= 12; index++) {
            log.append(3, 40);
        }
        log.addMembership(7, Scene.voters(1));
        log.addMembership(10, Scene.voters(2));
        assertThat(log.membershipAt(6)).isEqualTo(Scene.voters(3));
        assertThat(log.membershipAt(9)).isEqualTo(Scene.voters(1));
        assertThat(log.membershipAt(10)).isEqualTo(Scene.voters(2));
        log.mark(new SnapshotMark(9, 3, log.membershipAt(9)));
        assertThat(log.membership()).isEqualTo(Scene.voters(2));
        assertThat(log.run(6, 10_000).memberships()).hasSize(2);
        log.truncate(10);
        assertThat(log.membership()).isEqualTo(Scene.voters(1));
        log.dropBefore(8);
        assertThat(log.membership()).isEqualTo(Scene.voters(1));
        assertThat(log.memberships()).isEmpty();
    }

    @Test
    void aLogThatIsReplacedBeginsBehindTheMark() {
        LogCursor log = behindFive();
        log.append(3, 40);
        log.append(4, 50);
        log.addMembership(7, Scene.voters(1));
        log.replaceBy(new SnapshotMark(20, 9, Scene.voters(2)));
        assertThat(log.firstIndex()).isEqualTo(21);
        assertThat(log.lastIndex()).isEqualTo(20);
        assertThat(log.lastTerm()).isEqualTo(9);
        assertThat(log.termAt(20)).isEqualTo(9);
        assertThat(log.termAt(7)).isEqualTo(-1);
        assertThat(log.membership()).isEqualTo(Scene.voters(2));
        assertThat(log.ringFirst()).isEqualTo(21);
        assertThat(log.ringUsedBytes()).isZero();
        log.append(9, 40);
        assertThat(log.run(21, 1000).runTerm(0)).isEqualTo(9);
    }
}
