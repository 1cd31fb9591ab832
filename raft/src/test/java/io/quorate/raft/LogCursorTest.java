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

    @Test
    void anEmptyLogEndsAtItsMark() {
        LogCursor log = new LogCursor(AFTER_FIVE, LogSummary.empty(MARK));
        assertThat(log.lastIndex()).isEqualTo(MARK);
        assertThat(log.lastTerm()).isEqualTo(2);
        assertThat(log.termAt(MARK)).isEqualTo(2);
        assertThat(log.termAt(MARK - 1)).isEqualTo(-1);
        assertThat(log.termAt(MARK + 1)).isEqualTo(-1);
        assertThat(log.membership()).isEqualTo(Scene.voters(3));
    }

    @Test
    void aMembershipThatIsDroppedGivesWayToTheOneBefore() {
        LogCursor log = new LogCursor(AFTER_FIVE, LogSummary.empty(MARK));
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
    void itEqualsTheModel() {
        for (int seed = 0; seed < 300; seed++) {
            SplitMix64 random = new SplitMix64(seed);
            LogCursor log = new LogCursor(AFTER_FIVE, LogSummary.empty(MARK));
            TreeMap<Long, long[]> rows = new TreeMap<>();
            long ringFirst = MARK + 1;
            long term = 2;
            for (int step = 0; step < 120; step++) {
                int dice = random.below(12);
                if (dice < 8) {
                    term += random.below(4) == 0 ? 1 + random.below(2) : 0;
                    int bytes = 40 + random.below(100);
                    log.append(term, bytes);
                    rows.put(log.lastIndex(), new long[] {term, bytes});
                } else if (dice < 9 && !rows.isEmpty()) {
                    long from = MARK + 1L + random.below(rows.size());
                    log.truncate(from);
                    rows.tailMap(from, true).clear();
                    ringFirst = Math.min(ringFirst, from);
                } else if (dice < 11 && ringFirst <= log.lastIndex()) {
                    log.dropRingFirst();
                    ringFirst++;
                }
                compare(log, rows, ringFirst, random);
            }
        }
    }

    private static void compare(LogCursor log, NavigableMap<Long, long[]> rows, long ringFirst, SplitMix64 random) {
        long last = rows.isEmpty() ? MARK : rows.lastKey();
        assertThat(log.lastIndex()).isEqualTo(last);
        assertThat(log.ringFirst()).isEqualTo(ringFirst);
        long used = rows.tailMap(ringFirst, true).values().stream()
                .mapToLong(row -> row[1])
                .sum();
        assertThat(log.ringUsedBytes()).isEqualTo(used);
        rows.forEach((index, row) -> assertThat(log.termAt(index)).isEqualTo(row[0]));
        long upTo = (long) MARK + random.below(rows.size() + 3);
        long term = 2L + random.below(12);
        long naive = MARK;
        for (long index = MARK + 1; index <= Math.min(upTo, last); index++) {
            naive = row(rows, index)[0] <= term ? index : naive;
        }
        assertThat(log.lastAtOrBelow(upTo, term)).isEqualTo(naive);
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
        LogCursor log = new LogCursor(AFTER_FIVE, LogSummary.empty(MARK));
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
}
